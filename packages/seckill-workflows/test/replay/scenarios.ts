import { ApplicationFailure } from '@temporalio/common'
import { sagaOperateUpdate } from 'saga-core/workflow'
import type { Purchase } from '../../src/contract/purchase.js'
import { newRunId } from '../harness/lanes.js'
import type { Sale } from '../harness/sale.js'
import { untilParked } from '../harness/until-parked.js'
import type { TestWorker } from '../harness/worker.js'

/** The world of a recorded run. */
export interface RecordingStage {
  readonly sale: Sale
  readonly worker: TestWorker
  /** Called once the activity's work is done, before the worker answers. */
  readonly afterwards: Map<string, () => Promise<void>>
}

/** Plays one purchase run; answers its workflow id. */
export type Scenario = (stage: RecordingStage) => Promise<string>

async function loseAnswer() {
  throw ApplicationFailure.nonRetryable('the answer was lost', 'AnswerLost')
}

async function admitted({ sale }: RecordingStage, users: number) {
  const voucherId = await sale.open({ total: users })
  const runId = newRunId(voucherId)
  const asks = Array.from({ length: users }, (_, at) => ({ userId: at + 1 }))
  return { voucherId, runId, lanes: await sale.admit(voucherId, runId, asks) }
}

/** Parks a lane: its order is paid by the time it would have to be cancelled. */
async function parked(stage: RecordingStage) {
  const { sale, worker, afterwards } = stage
  const { runId, lanes } = await admitted(stage, 1)
  const paid = (lanes[0] as Purchase).reservationId
  const setState = (state: 'PAID' | 'CLOSING') =>
    sale.db.updateTable('orders').set({ state }).where('reservation_id', '=', paid).execute()
  afterwards.set(`${runId} createOrder`, async () => {
    await setState('PAID')
    await loseAnswer()
  })
  const handle = await worker.start(runId, lanes)
  await untilParked(handle)
  return { runId, handle, mend: () => setState('CLOSING') }
}

/** Purchases that completed, were refused, owned by another run, parked half compensated, and cancelled. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'purchase-completed': async (stage) => {
    const { runId, lanes } = await admitted(stage, 2)
    await stage.worker.run(runId, lanes)
    return runId
  },
  'purchase-refused-beside-a-neighbour': async (stage) => {
    const { runId, lanes, voucherId } = await admitted(stage, 2)
    await stage.sale.db.updateTable('stock').set({ quantity: 1 }).where('voucher_id', '=', voucherId).execute()
    await stage.worker.run(runId, lanes)
    return runId
  },
  'purchase-owned-by-another-run': async (stage) => {
    const { runId, lanes, voucherId } = await admitted(stage, 1)
    await stage.worker.run(runId, lanes)
    const second = newRunId(voucherId)
    await stage.worker.run(second, lanes)
    return second
  },
  'purchase-parked-and-retried': async (stage) => {
    const { runId, handle, mend } = await parked(stage)
    await mend()
    const operation = { verb: 'retry', actor: 'test', reason: 'refunded by hand', operationId: 'refunded' } as const
    await handle.executeUpdate(sagaOperateUpdate, { args: [operation] })
    await handle.result()
    return runId
  },
  'purchase-cancelled': async (stage) => {
    const { runId, lanes } = await admitted(stage, 1)
    stage.afterwards.set(`${runId} checkVoucher`, async () => {
      await stage.worker.client.workflow.getHandle(runId).cancel()
    })
    const handle = await stage.worker.start(runId, lanes)
    await handle.result().catch((error: Error) => {
      if (!error.message.includes('cancelled')) throw error
    })
    return runId
  },
}
