import type { WorkflowHandle } from '@temporalio/client'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { type AdmittedLane, newReservationId } from 'seckill-store/gate'
import { recordOpened, startPayment } from 'seckill-store/mysql'
import { type CampaignSeed, seedCampaign } from 'seckill-store/testing'
import {
  type PurchaseRun,
  type Reconcile,
  type ReconcileReport,
  reconcileTaskQueue,
  reconcileWorkflow,
} from 'seckill-workflows'
import { startPurchaseRun } from 'seckill-workflows/client'
import type { PaidSales } from './paid-sale.js'
import type { WorkerProcesses } from './worker-processes.js'

/** A run as a dispatcher has started it. */
export interface StartedRun {
  readonly voucherId: number
  readonly lanes: readonly AdmittedLane[]
  readonly handle: WorkflowHandle<PurchaseRun>
}

/** Sales that are compared, beside workers and a provider. */
export interface ReconciledSales {
  /** A campaign at the gate; the voucher of it. */
  open(seed: CampaignSeed): Promise<number>
  /** Admits users 1 to this, one unit each, and starts their run. */
  start(voucherId: number, users: number): Promise<StartedRun>
  /** Pays an order at the provider, whose callback never comes. */
  payUnheard(lane: AdmittedLane): Promise<string>
  reconcile(fix: boolean): Promise<ReconcileReport>
  /** The states of a voucher's orders, with their number. */
  orders(voucherId: number): Promise<Readonly<Record<string, number>>>
  /** The units of a voucher's ledger by kind, and its stock. */
  units(voucherId: number): Promise<Readonly<Record<string, number>>>
}

/** Opens them. */
export function reconciledSales({ db, client }: WorkerProcesses, { gate, sandbox }: PaidSales): ReconciledSales {
  const provider = createSandboxProvider(sandbox.options)
  return {
    async open(seed) {
      const { voucherId, gate: campaign } = await seedCampaign(db, seed)
      if (campaign !== null) await gate.apply(campaign)
      return voucherId
    },
    async start(voucherId, users) {
      for (let userId = 1; userId <= users; userId++) {
        await gate.admit({ voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId) })
      }
      const runId = `purchase-${voucherId}-reconciled`
      const taken = await gate.take({ voucherId, runId, maxLanes: users, leaseMs: 60_000, maxOpenRuns: 1 })
      if (taken.status !== 'taken') throw new Error(`The gate gave no run: ${taken.status}`)
      await startPurchaseRun(client, { voucherId, runId, lanes: taken.lanes })
      await gate.settle(voucherId, runId)
      return { voucherId, lanes: taken.lanes, handle: client.workflow.getHandle<PurchaseRun>(runId) }
    },
    async payUnheard({ reservationId, userId }) {
      const orderId = `O-${reservationId}`
      const started = await startPayment(db, { userId, orderId, provider: provider.name })
      if (started?.status !== 'started') throw new Error(`No payment of ${orderId} was started.`)
      const { id: paymentId, amount_minor, currency, expires_at, created_at } = started.payment
      const about = { paymentId, providerPaymentId: null, requestedAt: created_at, returnUrl: 'http://127.0.0.1:9/' }
      const terms = { amountMinor: amount_minor, currency, description: orderId, expiresAt: expires_at }
      const { id: providerId, payUrl } = await provider.create({ ...about, ...terms })
      if (payUrl === null) throw new Error(`The payment of ${orderId} cannot be paid.`)
      await recordOpened(db, paymentId, { providerId, payUrl })
      await sandbox.pay(payUrl)
      return paymentId
    },
    reconcile: (fix) =>
      client.workflow.execute<Reconcile>(reconcileWorkflow, {
        taskQueue: reconcileTaskQueue,
        workflowId: `reconcile-${newReservationId(1)}`,
        args: [{ fix, actor: 'test', graceMs: 300, lookbackMs: 3_600_000 }],
      }),
    async orders(voucherId) {
      const rows = await db
        .selectFrom('orders')
        .select((eb) => ['state', eb.fn.countAll<number>().as('orders')])
        .where('voucher_id', '=', voucherId)
        .groupBy('state')
        .execute()
      return Object.fromEntries(rows.map(({ state, orders }) => [state, orders]))
    },
    async units(voucherId) {
      const rows = await db
        .selectFrom('stock_ledger')
        .select((eb) => ['kind', eb.fn.sum<number>('units').as('units')])
        .where('voucher_id', '=', voucherId)
        .groupBy('kind')
        .execute()
      const { quantity } = await db
        .selectFrom('stock')
        .select('quantity')
        .where('voucher_id', '=', voucherId)
        .executeTakeFirstOrThrow()
      return { ...Object.fromEntries(rows.map(({ kind, units }) => [kind, units])), stock: quantity }
    },
  }
}
