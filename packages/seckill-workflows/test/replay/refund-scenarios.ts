import { refundIdOf, refundsWithoutRun } from 'seckill-store/mysql'
import { expect } from 'vitest'
import { lateMoney, type PaymentAtProvider, paidOrder, refundOrder } from '../harness/paid-orders.js'
import type { RefundWorker } from '../harness/refund-worker.js'
import type { Sale } from '../harness/sale.js'
import { untilParked } from '../harness/until-parked.js'

/** The world of a recorded refund run. */
export interface RefundStage {
  readonly sale: Sale
  readonly worker: RefundWorker
}

/** Plays one refund run to its end; answers its workflow id. */
export type RefundScenario = (stage: RefundStage) => Promise<string>

/** The committed histories of refund runs are played by these. */
export const refundScenarios: Readonly<Record<string, RefundScenario>> = {
  'refund-completed': async (stage) => {
    const order = await paidOrder(stage.sale)
    await refundOrder(stage.sale, order)
    return ended(stage, await start(stage, order))
  },
  'refund-of-late-money': async (stage) => ended(stage, await start(stage, await lateMoney(stage.sale))),
  'refund-parked-and-retried': async (stage) => {
    const { workflowId, operate } = await parked(stage)
    await operate('retry')
    return ended(stage, workflowId)
  },
  'refund-parked-and-resolved': async (stage) => {
    const { workflowId, operate } = await parked(stage)
    await operate('resolve')
    return ended(stage, workflowId)
  },
}

async function start({ sale, worker }: RefundStage, { paymentId }: PaymentAtProvider): Promise<string> {
  const refunds = await refundsWithoutRun(sale.db, 1_000)
  const refund = refunds.find(({ refundId }) => refundId === refundIdOf(paymentId))
  if (refund === undefined) throw new Error(`No refund of ${paymentId} waits for its run.`)
  return worker.start(refund)
}

async function ended({ worker }: RefundStage, workflowId: string): Promise<string> {
  await worker.client.workflow.getHandle(workflowId).result()
  return workflowId
}

function stateOf({ sale }: RefundStage, { paymentId }: PaymentAtProvider) {
  const refunds = sale.db.selectFrom('refunds').select(['state', 'attempt'])
  return refunds.where('payment_id', '=', paymentId).executeTakeFirst()
}

/** Parks a refund that the provider fails five times. */
async function parked(stage: RefundStage) {
  const order = await paidOrder(stage.sale)
  await stage.sale.sandbox.behaveTo(order.paymentId, { refundFailures: 5 })
  await refundOrder(stage.sale, order)
  const workflowId = await start(stage, order)
  const state = () => stateOf(stage, order)
  await expect.poll(state, { timeout: 60_000 }).toEqual({ state: 'FAILED', attempt: 5 })
  await untilParked(stage.worker.client.workflow.getHandle(workflowId))
  const operate = (verb: 'retry' | 'resolve') =>
    stage.worker.sagas.run(workflowId).operate({ verb, actor: 'test', reason: 'recorded', operationId: verb })
  return { workflowId, operate }
}
