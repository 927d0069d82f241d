import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { collectDefaultMetrics } from 'prom-client'
import { createSagaClient, type SagaClient } from 'saga-core/client'
import { type InstallationKeys, installationKeysOf, type KeySet, publishedKeys } from 'seckill-certificate/keys'
import { receiptKeys } from 'seckill-certificate/receipt'
import { createRender, type Render } from 'seckill-messages'
import { addPoolMetrics } from 'seckill-process/pool-metrics'
import { reasonOf } from 'seckill-process/reason'
import { createGate, type Gate, gateServers } from 'seckill-store/gate'
import {
  addTallies,
  countServed,
  endLostPurchases,
  findCampaign,
  findOwned,
  findPromisedPrice,
  findPurchaseStatuses,
  hasUnpaidOrders,
  listBlocks,
  listCampaigns,
  listPurchaseStatuses,
  poolFigures,
} from 'seckill-store/mysql'
import { recoverGate } from 'seckill-store/recovery'
import { createSample, type Sample, type Traces } from 'seckill-traces'
import { ensureCampaign, settleCampaignNow, tellCampaign } from 'seckill-workflows/client'
import { type Certify, createCertify } from './admin/certify.js'
import { type CertifySigned, createCertifySigned } from './admin/certify-signed.js'
import type { LiveFeed } from './admin/live/live-feed.js'
import { createLiveSale, type LiveSale } from './admin/live/live-sale.js'
import { createRunLinks, type RunLinks } from './admin/run-link.js'
import type { SettleNow } from './admin/settle-routes.js'
import { createLocalSignIn, type LocalSignIn } from './auth/local-sign-in.js'
import { rememberTokens } from './auth/remembered-tokens.js'
import { createSingleSignOn, type SingleSignOn } from './auth/single-sign-on/single-sign-on.js'
import { createTokenVerifier, type TokenVerifier } from './auth/token-verifier.js'
import type { Config } from './config.js'
import { type Connections, openConnections, type SaleDatabase } from './connections.js'
import { createCampaignRefresh } from './dispatcher/campaign-refresh.js'
import { type CampaignRuns, createCampaignRuns } from './dispatcher/campaign-runs.js'
import { createHandover } from './dispatcher/create-handover.js'
import { createDispatcher, type Dispatcher } from './dispatcher/dispatcher.js'
import { createGateKeeper, type GateKeeper } from './dispatcher/gate-keeper.js'
import type { RunHandover } from './dispatcher/handover.js'
import { createRecovery, type Recover } from './dispatcher/recovery.js'
import { createRound } from './dispatcher/round.js'
import { createRunWatch } from './dispatcher/run-watch.js'
import { startVoucherLoop } from './dispatcher/voucher-loop.js'
import { createVoucherLoops } from './dispatcher/voucher-loops.js'
import { showCircuit } from './observe/circuit-gauge.js'
import { createMetrics, type Metrics } from './observe/metrics.js'
import { createReadiness, type Readiness } from './observe/readiness.js'
import { readinessChecks } from './observe/readiness-checks.js'
import { type Durability, watchRedisDurability } from './observe/redis-durability.js'
import { addRedisGauges } from './observe/redis-gauges.js'
import { addSaleGauges } from './observe/sale-gauges.js'
import { type Pages, readPages } from './pages/read-pages.js'
import { createPayments, type Payments } from './payments/payments.js'
import { createProtection, type Protection } from './protection/protection.js'
import { createTokenIssue, type PurchaseTokenIssue } from './protection/purchase-token/token-issue.js'
import { type BlockWatch, watchBlocks } from './protection/watch-blocks.js'
import { type AcceptedPurchases, createAcceptedPurchases } from './purchases/accepted-purchases.js'
import { type CampaignBook, createCampaignBook } from './purchases/campaign-book.js'
import { createPurchaseEvents, type PurchaseEvents } from './purchases/events/purchase-events.js'
import { createGateCircuit, type GateCircuit } from './purchases/gate-circuit.js'
import { createGateClock, type GateClock } from './purchases/gate-clock.js'
import { createKnownBuyers } from './purchases/known-buyers.js'
import type { OwnPurchasesDependencies } from './purchases/own-purchases.js'
import { createPriceBook } from './purchases/price-book.js'
import { createQueueWatch } from './purchases/queue-watch.js'
import { createReadViews, type ReadViews } from './purchases/read-views.js'
import { createSignPromise, type SignPromise } from './purchases/receipts.js'
import { createMayReturn, type MayReturn } from './purchases/returning-units.js'
import { createSoldOutMemory, type SoldOutMemory } from './purchases/sold-out-memory.js'
import { createTallies, type Tallies } from './purchases/tallies.js'

const rememberedTokens = 20_000
const tallyIntervalMs = 200
/** The time in which a run has to answer a query or a verb, in milliseconds. */
const runAnswerLimitMs = 5_000

/** The collaborators of the two apps. */
export interface Dependencies {
  readonly config: Pick<Config, 'purchaseMaxInFlight' | 'purchaseMaxWaiting'>
  readonly logger: Logger
  /** The spans of this process; undefined where none are recorded. */
  readonly traces: Traces | undefined
  /** Decides which purchases are traced; undefined where none are. */
  readonly sample: Sample | undefined
  readonly verify: TokenVerifier
  readonly signIn: LocalSignIn
  /** Undefined where users do not sign in by OpenID Connect. */
  readonly singleSignOn: SingleSignOn | undefined
  readonly gate: Gate
  readonly db: SaleDatabase
  /** The connections of payments, callbacks and cancels. */
  readonly paymentDb: SaleDatabase
  readonly campaigns: CampaignBook
  readonly keeper: GateKeeper
  readonly dispatcher: Dispatcher
  readonly circuit: GateCircuit
  readonly soldOutMemory: SoldOutMemory
  readonly clock: GateClock
  readonly readViews: ReadViews
  readonly listPurchases: OwnPurchasesDependencies['listPurchases']
  readonly mayReturn: MayReturn
  readonly durability: () => Durability
  readonly tallies: Tallies
  readonly accepted: AcceptedPurchases
  readonly signPromise: SignPromise
  readonly payments: Payments
  readonly protection: Protection
  readonly blocks: BlockWatch
  readonly purchaseTokens: PurchaseTokenIssue
  readonly events: PurchaseEvents
  readonly metrics: Metrics
  readonly readiness: Readiness
  readonly certify: Certify
  readonly certifySigned: CertifySigned
  readonly settleNow: SettleNow
  /** The public keys of the installation. */
  readonly publishedKeys: () => Promise<KeySet>
  readonly runLinks: RunLinks
  readonly temporal: Client
  /** Asks the runs of the sale and operates them. */
  readonly sagas: SagaClient
  readonly live: LiveFeed<LiveSale>
  /** Counts the broker's dead letters that no worker has taken; undefined without a broker. */
  readonly waitingLetters: RunHandover['waitingLetters']
  readonly pages: Pages
  /** Writes the messages of the inbox. */
  readonly render: Render
  /** Starts the background work: dispatching, and flushing the tallies. */
  start(): void
  /** Finishes the starts under way, flushes the tallies and closes the clients. */
  stop(): Promise<void>
}

interface Inner {
  readonly config: Config
  readonly logger: Logger
  readonly traces: Traces | undefined
  readonly connections: Connections
  readonly gate: Gate
  readonly metrics: Metrics
  readonly recover: Recover
}

function dispatching({ config, logger, traces, connections, gate, metrics, recover }: Inner) {
  const campaigns = createCampaignBook(() => listCampaigns(connections.db))
  const readVersion = async (voucherId: number) => (await findCampaign(connections.db, voucherId))?.version
  const keeper = createGateKeeper({ gate, recover, readVersion })
  const counted = { metrics: metrics.dispatch, logger }
  const handover = createHandover({ config, temporal: connections.temporal, gate, metrics, traces, logger })
  const round = createRound({ gate, handover, recover, config: config.dispatch, ...counted })
  const { maxLanes, runsInFlight } = config.dispatch
  const watch = createRunWatch((runId) => countServed(connections.db, runId))
  const loop = { round, watch, maxLanes, runsInFlight }
  const loops = createVoucherLoops(
    (voucherId) => startVoucherLoop(loop, voucherId),
    (voucherId) => {
      metrics.dispatch.forget(voucherId)
      keeper.forget(voucherId)
    },
  )
  const runs = campaignRuns(connections.temporal, logger)
  const dispatcher = createDispatcher(loops, createCampaignRefresh({ campaigns, keeper, loops, runs, ...counted }))
  return { campaigns, keeper, handover, dispatcher, runs }
}

const campaignCallMs = 3_000
/** An admin waits for the account of his sale; it may settle later as well. */
const settleLimitMs = 30_000

function campaignRuns(temporal: Connections['temporal'], logger: Logger): CampaignRuns {
  const inTime = (call: () => Promise<void>) => temporal.withDeadline(Date.now() + campaignCallMs, call)
  return createCampaignRuns({
    tell: (campaign) => inTime(() => tellCampaign(temporal, campaign)),
    ensure: (voucherId) => inTime(() => ensureCampaign(temporal, voucherId)),
    logger,
  })
}

function protecting(
  { config: { protection: config }, logger, connections: { db }, metrics: { registry } }: Inner,
  keys: InstallationKeys,
) {
  const purchaseTokens = createTokenIssue(config.purchaseTokens, keys)
  const blocks = watchBlocks({
    readBlocks: () => listBlocks(db),
    everyMs: config.blocksReadEveryMs,
    onError: (error) =>
      logger.warn({ reason: reasonOf(error) }, 'the block list could not be read; the last one holds'),
  })
  const { tokens } = purchaseTokens
  const protection = createProtection({ config, assessRisk: blocks.assess, tokens, registry })
  return { blocks, purchaseTokens, protection }
}

function watchAccepted({ logger, connections: { db }, gate, metrics }: Inner): AcceptedPurchases {
  return createAcceptedPurchases({
    gate,
    findOwned: (reservationIds) => findOwned(db, reservationIds),
    endLost: (lanes) => endLostPurchases(db, lanes),
    onLost(lanes) {
      metrics.purchases.lost(lanes.length)
      const traceIds = lanes.map(({ reservationId }) => reservationId)
      logger.error({ count: lanes.length, traceIds: traceIds.slice(0, 100) }, 'Redis has lost accepted purchases')
    },
    onError: (error) =>
      logger.warn({ reason: reasonOf(error) }, 'accepted purchases could not be looked for; trying again'),
  })
}

function shopFront({ logger, connections, config, gate, metrics }: Inner) {
  const { db, redis } = connections
  const processId = `api-${hostname().slice(0, 40)}-${process.pid}-${randomUUID().slice(0, 8)}`
  const singleSignOn = config.auth.kind === 'jwks' ? config.auth.singleSignOn : undefined
  const redisDurability = watchRedisDurability(redis, (error) =>
    logger.warn({ reason: reasonOf(error) }, "Redis's durability could not be read; 'none' is promised until it is"),
  )
  const circuit = createGateCircuit()
  showCircuit(metrics.registry, {
    name: 'seckill_gate_circuit',
    help: 'the admission of purchases',
    state: circuit.state,
  })
  return {
    verify: rememberTokens(createTokenVerifier(config.auth), rememberedTokens),
    signIn: createLocalSignIn(config.auth),
    singleSignOn: singleSignOn && createSingleSignOn(singleSignOn),
    circuit,
    soldOutMemory: createSoldOutMemory(createKnownBuyers(gate)),
    clock: createGateClock(gate.now),
    listPurchases: (userId: number) => listPurchaseStatuses(db, userId),
    mayReturn: createMayReturn((voucherId) => hasUnpaidOrders(db, voucherId)),
    redisDurability,
    tallies: createTallies((tallies) => addTallies(db, processId, tallies)),
  }
}

function statusReading({ config, logger, connections: { db }, gate, metrics }: Inner) {
  const readViews = createReadViews({
    gate,
    queue: createQueueWatch(gate.queue),
    findPurchases: (reservationIds) => findPurchaseStatuses(db, reservationIds),
  })
  const events = createPurchaseEvents({ config: config.events, readViews, registry: metrics.registry, logger })
  return { readViews, events }
}

function promiseSigning(
  { logger, connections: { db } }: Inner,
  keys: InstallationKeys,
  campaigns: CampaignBook,
): SignPromise {
  return createSignPromise({
    keys: receiptKeys(keys.receipts),
    priceOf: createPriceBook(campaigns, (voucherId, version) => findPromisedPrice(db, voucherId, version)),
    onUnsigned: (traceId, error) =>
      logger.warn({ traceId, reason: reasonOf(error) }, 'accepted without a receipt: its price could not be read'),
  })
}

/**
 * The composition root: creates the clients and everything that uses them.
 * @throws {KeyFileError} when the keys of the installation cannot be used
 * @throws Error when the pages are not built
 */
export function createDependencies(config: Config, logger: Logger, traces?: Traces): Dependencies {
  const keys = installationKeysOf(config)
  const published = publishedKeys(keys)
  const connections = openConnections(config, logger)
  const { db, paymentDb, redis, temporal } = connections
  const gate = createGate(redis, { replicas: config.redisReplicas })
  const metrics = createMetrics()
  collectDefaultMetrics({ register: metrics.registry })
  addPoolMetrics(metrics.registry, { sale: () => poolFigures(db), payments: () => poolFigures(paymentDb) })
  addRedisGauges(metrics.registry, () => Promise.all(gateServers(redis).map((server) => server.info())))
  const recover = createRecovery((voucherId) => recoverGate({ redis, db, voucherId }), logger)
  const inner = { config, logger, traces, connections, gate, metrics, recover }
  const {
    redisDurability: durability,
    runs,
    handover,
    ...parts
  } = {
    ...dispatching(inner),
    ...shopFront(inner),
    ...statusReading(inner),
    accepted: watchAccepted(inner),
    ...protecting(inner, keys),
    payments: createPayments({ config, db: paymentDb, temporal, registry: metrics.registry, traces, logger }),
  }
  const { keeper } = parts
  const sagas = createSagaClient(temporal, { timeoutMs: runAnswerLimitMs })
  const live = createLiveSale({ db, gate, temporal, sagas, metrics })
  addSaleGauges(metrics.registry, live.current)
  return {
    ...parts,
    signPromise: promiseSigning(inner, keys, parts.campaigns),
    durability: durability.durability,
    readiness: createReadiness(readinessChecks({ connections, durability, keeper, handover })),
    config,
    logger,
    traces,
    sample: traces && createSample(config.sampling),
    gate,
    db,
    paymentDb,
    metrics,
    certify: createCertify({ db, gate, temporal }),
    certifySigned: createCertifySigned({ db, gate, temporal }, keys),
    settleNow: (voucherId, request) =>
      temporal.withDeadline(Date.now() + settleLimitMs, () => settleCampaignNow(temporal, voucherId, request)),
    publishedKeys: () => published,
    temporal,
    sagas,
    live,
    waitingLetters: handover.waitingLetters,
    runLinks: createRunLinks(config.temporal.uiUrl, config.temporal.namespace),
    pages: readPages(config.webDir),
    render: createRender(config.timeZone),
    start() {
      parts.dispatcher.start()
      parts.accepted.start()
      parts.blocks.start()
      parts.tallies.start(tallyIntervalMs, (error) =>
        logger.warn({ reason: reasonOf(error) }, 'tallies not stored; trying again'),
      )
    },
    async stop() {
      parts.blocks.stop()
      parts.protection.stop()
      await Promise.all([
        parts.events.stop(),
        handover.close(),
        parts.dispatcher.stop(),
        parts.accepted.stop(),
        parts.payments.flush(),
      ])
      await runs.stop()
      await parts.tallies
        .stop()
        .catch((error: unknown) => logger.error({ reason: reasonOf(error) }, 'the last tallies are lost'))
      await connections.close()
    },
  }
}
