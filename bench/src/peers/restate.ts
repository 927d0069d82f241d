import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Context, serve, service, TerminalError } from '@restatedev/restate-sdk'
import { connect } from '@restatedev/restate-sdk-clients'
import { type AttachedProcess, startProcess } from 'seckill-local-stack'
import type { Purchase } from 'seckill-workflows'
import { freePorts } from '../servers/free-ports.js'
import { OrderRefused } from '../work/order-steps.js'
import { inBatches } from './in-batches.js'
import { openBatchWork, openOrderWork } from './open-work.js'
import { type OpenPeer, type Peer, PeerMissing, type PeerTerms } from './peer.js'
import { versionOf } from './version-of.js'

/** The differences between one invocation per order and one per batch. */
interface Invocations {
  readonly lanesAnInvocation: number
  readonly concurrency: number
  readonly purchase: (context: Context, lanes: readonly Purchase[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** One invocation per order. */
export const restate: Peer = {
  name: 'Restate, one invocation per order',
  barrierRows: 4,
  tuning: 'one node, one partition, log synced at each commit, each step a ctx.run, one-way calls through the ingress',
  roughly: 370,
  async open(terms) {
    const { steps, close } = openOrderWork(terms)
    return openRestate(terms, {
      lanesAnInvocation: 1,
      concurrency: terms.ordersInFlight,
      purchase: (context, [lane]) => purchaseOne(context, steps, lane as Purchase),
      close,
    })
  },
}

/** One invocation per batch. */
export const restateBatched: Peer = {
  name: 'Restate, one invocation per batch, bulk SQL',
  barrierRows: 4,
  tuning: 'as one invocation per order, with a batch as input; each set-wise step a ctx.run',
  roughly: 20_000,
  async open(terms) {
    const { process, close } = openBatchWork(terms)
    return openRestate(terms, {
      lanesAnInvocation: terms.lanesABatch,
      concurrency: terms.batchesInFlight,
      purchase: (context, lanes) =>
        process(lanes, String(context.request().id), (step, call) => context.run(step, call)),
      close,
    })
  },
}

/** A saga as Restate's documentation writes it: compensations collected as the steps begin, run in reverse. */
async function purchaseOne(
  context: Context,
  steps: ReturnType<typeof openOrderWork>['steps'],
  lane: Purchase,
): Promise<void> {
  const compensations: (keyof typeof steps)[] = []
  const run = (step: keyof typeof steps) => context.run(step, () => steps[step](lane).catch(endRefused))
  try {
    compensations.unshift('releaseUserClaim')
    await run('checkUser')
    compensations.unshift('releaseVoucherClaim')
    await run('checkVoucher')
    compensations.unshift('restoreStock')
    await run('deductStock')
    compensations.unshift('cancelOrder')
    await run('createOrder')
  } catch (error) {
    for (const compensation of compensations) await run(compensation)
    throw error
  }
}

/** A business no is not tried again. */
function endRefused(error: unknown): never {
  if (error instanceof OrderRefused) throw new TerminalError(error.message)
  throw error
}

const serviceName = 'orders'

interface OrdersService {
  purchase(context: Context, lanes: readonly Purchase[]): Promise<void>
}

async function openRestate(terms: PeerTerms, invocations: Invocations): Promise<OpenPeer> {
  const handlers: OrdersService = { purchase: invocations.purchase }
  const orders = service({ name: serviceName, handlers })
  const [ingressPort = 0, adminPort = 0, nodePort = 0] = await freePorts(3)
  const shape = { ingressPort, adminPort, nodePort, concurrency: invocations.concurrency }
  const settings = settingsOf(terms, shape)
  const server = await startServer(terms, adminPort, settings)
  const port = await serve({ services: [orders], port: 0 })
  await register(adminPort, port)
  const client = connect({ url: `http://127.0.0.1:${ingressPort}` }).serviceSendClient<typeof orders>({
    name: serviceName,
  })
  let waiting: readonly (readonly Purchase[])[] = []
  const sendAll = async (): Promise<void> => {
    for (const some of inBatches(waiting, terms.ordersInFlight)) {
      await Promise.all(some.map((lanes) => client.purchase(lanes)))
    }
  }
  return {
    versions: { restate: versionOf('@restatedev/restate-server'), 'restate-sdk': versionOf('@restatedev/restate-sdk') },
    durability: { restate: await readDurability(settings) },
    processes: { restate: server.pid },
    // Nothing can wait in Restate: it works on an invocation as soon as it has accepted it.
    async fill(lanes) {
      waiting = inBatches(lanes, invocations.lanesAnInvocation)
    },
    async work(onFailure) {
      void sendAll().catch(onFailure)
    },
    rest: async () => ({}),
    async close() {
      await server.stop()
      await invocations.close()
    },
  }
}

interface ServerShape {
  readonly ingressPort: number
  readonly adminPort: number
  readonly nodePort: number
  readonly concurrency: number
}

/** The server's settings, as environment variables. */
function settingsOf(terms: PeerTerms, shape: ServerShape): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: terms.dir,
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_ADDRESS: `127.0.0.1:${shape.nodePort}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${shape.nodePort}`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${shape.ingressPort}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${shape.adminPort}`,
    RESTATE_NODE_NAME: 'bench',
    RESTATE_DEFAULT_NUM_PARTITIONS: '1',
    RESTATE_WORKER__INVOKER__CONCURRENT_INVOCATIONS_LIMIT: String(shape.concurrency),
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LOG_FILTER: 'warn',
  }
}

/** Starts the server of the npm package on a data directory of this peer's own. */
function startServer(
  terms: PeerTerms,
  adminPort: number,
  env: Readonly<Record<string, string>>,
): Promise<AttachedProcess> {
  return startProcess({
    name: 'restate',
    command: serverBinary(),
    args: ['--no-logo', '--base-dir', join(terms.dir, terms.prefix)],
    env,
    logFile: join(terms.dir, 'restate.log'),
    ready: async () => (await fetch(`http://127.0.0.1:${adminPort}/health`)).ok,
    timeoutMs: 60_000,
  })
}

const durabilitySettings = /^(default-replication|rocksdb-disable-wal|rocksdb-disable-wal-fsync) = (.*)$/gm

/** The server's own account of its configuration under these settings. */
async function readDurability(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(serverBinary(), ['--dump-config'], { env })
  const found = [...stdout.matchAll(durabilitySettings)].map(([, name, value]) => `${name}=${value}`)
  return [...new Set(found)].join(', ')
}

function serverBinary(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`
  try {
    const binary = createRequire(import.meta.url).resolve(`${name}/bin/restate-server`)
    if (existsSync(binary)) return binary
  } catch (cause) {
    throw new PeerMissing(`no ${name}: Restate ships no server for this platform, or npm ci left it out`, { cause })
  }
  throw new PeerMissing(`${name} has no binary: type npm ci`)
}

async function register(adminPort: number, port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${port}` }),
  })
  if (!response.ok) throw new Error(`Restate did not register the service: ${response.status} ${await response.text()}`)
}
