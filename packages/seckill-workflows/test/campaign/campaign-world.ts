import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { toColumns } from 'saga-core'
import { issueCertificate } from 'seckill-certificate'
import { type InstallationKeys, newInstallationKeys } from 'seckill-certificate/keys'
import type { SaleAccount } from 'seckill-store/invariants'
import { countOpen, findCampaign, gateCampaign } from 'seckill-store/mysql'
import { type CampaignSeed, seedCampaign } from 'seckill-store/testing'
import { expect } from 'vitest'
import { type CampaignActivities, createCampaignActivities } from '../../src/activities/index.js'
import { tellCampaign } from '../../src/client/index.js'
import { campaignRunId, campaignTaskQueue, purchaseTaskQueue, purchaseWorkflow } from '../../src/contract/names.js'
import type { PurchaseRun } from '../../src/contract/run.js'
import type { CampaignTiming } from '../../src/domain/campaign-plan.js'
import { payOrders } from '../../src/testing/index.js'
import { newRunId } from '../harness/lanes.js'
import { type Sale, startSale } from '../harness/sale.js'
import { eventually } from './eventually.js'

const bundle = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url))

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } })

/** Moves some tenths of a second before and after the moments of a campaign. */
const timing: CampaignTiming = { warmBeforeMs: 1_500, openBeforeMs: 700, closeAfterMs: 100, settleAfterMs: 100 }

/** Campaigns and purchases on real servers, in a namespace of their own; its gates follow MySQL as those of an API do. */
export interface CampaignWorld {
  readonly sale: Sale
  readonly client: Client
  readonly keys: InstallationKeys
  /** Called before an activity of a campaign does its work, once; by voucher and activity. */
  readonly before: Map<string, () => Promise<unknown>>
  /** Makes a campaign in MySQL; its gate follows. */
  make(seed: CampaignSeed): Promise<number>
  /** Tells the campaign's run of the version that MySQL has. */
  tell(voucherId: number): Promise<void>
  /** Admits these users and has a run make their orders. */
  sell(voucherId: number, userIds: readonly number[]): Promise<void>
  /** Pays every order of the voucher that awaits it, and waits for the ends of the runs. */
  pay(voucherId: number): Promise<void>
  stateOf(voucherId: number): Promise<string | undefined>
  /** The types of the activities that the campaign's run has completed, in their order. */
  activitiesOf(voucherId: number): Promise<readonly string[]>
  /** Stops the worker of the campaigns; a new one starts with the next call. */
  restartWorker(): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** @throws when TEMPORAL_ADDRESS is not set or the bundle was not built */
export async function startCampaignWorld(name: string): Promise<CampaignWorld> {
  const address = process.env.TEMPORAL_ADDRESS
  if (address === undefined) throw new Error('TEMPORAL_ADDRESS is not set: set it to a server that tests may use')
  const namespace = `seckill-${name}-${process.pid}-${Date.now()}`
  const sale = await startSale()
  const connection = await Connection.connect({ address })
  const retention = { seconds: 86_400 as never }
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
  const client = new Client({ connection, namespace })
  const native = await NativeConnection.connect({ address })
  const keys = newInstallationKeys()
  const before: CampaignWorld['before'] = new Map()
  const activities = followed(campaignActivities(sale, client, keys), before)
  const startWorker = (taskQueue: string, work: object) => runWorker({ connection: native, namespace, taskQueue }, work)
  const purchases = await startWorker(purchaseTaskQueue, sale.activities)
  let campaigns = await startWorker(campaignTaskQueue, activities)
  const gates = followGates(sale)
  const handleOf = (voucherId: number) => client.workflow.getHandle(campaignRunId(voucherId))

  return {
    sale,
    client,
    keys,
    before,
    make: async (seed) => gates.add((await seedCampaign(sale.db, seed)).voucherId),
    tell: async (voucherId) => {
      const campaign = await findCampaign(sale.db, voucherId)
      if (campaign !== undefined) await tellCampaign(client, campaign)
    },
    sell: (voucherId, userIds) => sell(sale, client, voucherId, userIds),
    pay: (voucherId) => pay(sale, client, voucherId),
    stateOf: async (voucherId) => (await findCampaign(sale.db, voucherId))?.state,
    activitiesOf: async (voucherId) => {
      const { events } = await handleOf(voucherId).fetchHistory()
      return (events ?? []).flatMap(
        ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
      )
    },
    restartWorker: async () => {
      await campaigns.stop()
      return async () => {
        campaigns = await startWorker(campaignTaskQueue, activities)
      }
    },
    close: async () => {
      await Promise.all([gates.stop(), purchases.stop(), campaigns.stop()])
      await Promise.all([native.close(), connection.close()])
      await sale.close()
    },
  }
}

function campaignActivities({ db, gate }: Sale, temporal: Client, keys: InstallationKeys): CampaignActivities {
  const sign = (account: SaleAccount) => issueCertificate(account, keys, Date.now())
  return createCampaignActivities({ db, gate, temporal, sign, timing })
}

/** The real activities, each preceded once by what a test wants. */
function followed(activities: CampaignActivities, before: CampaignWorld['before']): CampaignActivities {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (voucherId: number, ...rest: unknown[]) => {
      const first = before.get(`${voucherId} ${name}`)
      before.delete(`${voucherId} ${name}`)
      await first?.()
      return (activity as (...args: unknown[]) => unknown)(voucherId, ...rest)
    },
  ])
  return Object.fromEntries(wrapped) as CampaignActivities
}

interface RunningWorker {
  stop(): Promise<void>
}

async function runWorker(
  where: { readonly connection: NativeConnection; readonly namespace: string; readonly taskQueue: string },
  activities: object,
): Promise<RunningWorker> {
  const worker = await Worker.create({ ...where, workflowBundle: { codePath: bundle }, activities })
  const running = worker.run()
  return {
    async stop() {
      worker.shutdown()
      await running
    },
  }
}

/** Applies MySQL's campaigns to their gates until it is stopped. */
function followGates({ db, gate }: Sale) {
  const followed = new Set<number>()
  let applying: Promise<void> = Promise.resolve()
  const applyAll = async (): Promise<void> => {
    for (const voucherId of followed) {
      const campaign = await findCampaign(db, voucherId)
      const wanted = campaign === undefined ? null : gateCampaign(campaign)
      if (wanted !== null) await gate.apply(wanted)
    }
  }
  const timer = setInterval(() => {
    applying = applying.then(applyAll)
  }, 50)
  return {
    add(voucherId: number): number {
      followed.add(voucherId)
      return voucherId
    },
    stop(): Promise<void> {
      clearInterval(timer)
      return applying
    },
  }
}

/** Returns once every purchase awaits its payment, or has ended. */
async function sell(sale: Sale, client: Client, voucherId: number, userIds: readonly number[]): Promise<void> {
  const runId = newRunId(voucherId)
  const lanes = await sale.admit(
    voucherId,
    runId,
    userIds.map((userId) => ({ userId })),
  )
  const where = { workflowId: runId, taskQueue: purchaseTaskQueue }
  await client.workflow.start<PurchaseRun>(purchaseWorkflow, { ...where, args: [toColumns(lanes)] })
  await sale.gate.settle(voucherId, runId)
  await eventually(async () => {
    const { processing, awaiting } = await countOpen(sale.db, voucherId)
    expect({ processing, awaiting }).toEqual({ processing: 0, awaiting: userIds.length })
  })
}

async function pay({ db }: Sale, client: Client, voucherId: number): Promise<void> {
  const owners = await db
    .selectFrom('purchases')
    .select('owner')
    .distinct()
    .where('voucher_id', '=', voucherId)
    .execute()
  for (const { owner } of owners) {
    const handle = client.workflow.getHandle(owner)
    await payOrders(db, handle)
    await handle.result()
  }
}
