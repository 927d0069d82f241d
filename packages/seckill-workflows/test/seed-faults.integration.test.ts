import { ApplicationFailure } from '@temporalio/common'
import { sql } from 'kysely'
import type { SetWiseActivity } from 'saga-core'
import { sagaOperateUpdate, sagaStateQuery } from 'saga-core/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PurchaseActivities } from '../src/activities/index.js'
import type { Purchase } from '../src/contract/purchase.js'
import { Refusal } from '../src/contract/refusals.js'
import { countUnits, readBooks } from './harness/books.js'
import { Caller, forwardSteps } from './harness/call-step.js'
import { lanesOf, newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'
import { untilParked } from './harness/until-parked.js'
import { startWorker, type TestWorker } from './harness/worker.js'

/** Called around one activity; it decides what the worker answers. */
type Around = (work: () => ReturnType<Activity>, call: Parameters<Activity>[0]) => ReturnType<Activity>
type Activity = SetWiseActivity<Purchase, undefined>

let sale: Sale
let worker: TestWorker
const around = new Map<string, Around>()
beforeAll(async () => {
  sale = await startSale()
  worker = await startWorker(newRunId(0), wrapped(sale.activities), sale.db)
})
afterAll(async () => {
  await worker.stop()
  await sale.close()
})

/** The real activities, each inside what a test put around it. */
function wrapped(activities: PurchaseActivities): PurchaseActivities {
  const entries = Object.entries(activities as unknown as Record<string, Activity>)
  const wrap =
    (name: string, activity: Activity): Activity =>
    (request) =>
      (around.get(`${request.workflowId} ${name}`) ?? ((work) => work()))(() => activity(request), request)
  return Object.fromEntries(entries.map(([name, activity]) => [name, wrap(name, activity)])) as never
}

function users(count: number) {
  return Array.from({ length: count }, (_, index) => ({ userId: index + 1 }))
}

describe('seed fault 5: the rollback was an unconditional increment, repeated on redelivery', () => {
  it('a hundred releases of the same lanes give their units back once, in MySQL and at the gate', async () => {
    const voucherId = await sale.open({ total: 5 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(3))
    const run = new Caller(sale.activities, runId)
    await run.actUpTo('deductStock', lanes)
    await run.undoFrom('deductStock', lanes)
    const [books, audit] = [await readBooks(sale.db, voucherId), await sale.gate.audit(voucherId)]
    expect(books.campaign).toEqual({ total: 5, quantity: 5, claimed: 0 })
    expect(audit).toMatchObject({ stock: 5, held: 0, liveHolds: 0 })
    for (let again = 1; again < 100; again += 1) {
      await run.undo(again % 2 === 0 ? 'hold' : 'deductStock', again % 3 === 0 ? lanes : lanes.slice(1))
    }
    expect(await readBooks(sale.db, voucherId)).toEqual(books)
    expect(await sale.gate.audit(voucherId)).toEqual({ ...audit, now: expect.any(Number) })
  })

  it('the purchase ends in MySQL before its unit is free again at the gate', async () => {
    const voucherId = await sale.open({ total: 1 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(1))
    const run = new Caller(sale.activities, runId)
    await run.actUpTo('checkUser', lanes)
    const release = sale.gate.release
    const states: string[] = []
    // The same gate, watched: what does MySQL say at the moment the unit goes back?
    sale.gate.release = async (...args) => {
      states.push(...(await readBooks(sale.db, voucherId)).purchases.map((purchase) => purchase.state))
      return release(...args)
    }
    await run.undoFrom('checkUser', lanes, { kind: 'refused', code: Refusal.SoldOut })
    sale.gate.release = release
    expect(states).toEqual(['REFUSED'])
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 1 })
  })
})

describe('seed fault 6: the timeout of createOrder counted as its failure', () => {
  it('an attempt that committed and never answered is asked again, and makes one order', async () => {
    const voucherId = await sale.open({ total: 3 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(3))
    let attempts = 0
    around.set(`${runId} createOrder`, async (work) => {
      const report = await work()
      attempts += 1
      if (attempts < 3)
        throw ApplicationFailure.retryable('the connection broke after the commit', 'SagaInfrastructure')
      return report
    })
    expect(await worker.run(runId, lanes)).toMatchObject({ completed: 3 })
    expect(attempts).toBe(3)
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 0, ordered: 3 })
  })
})

describe('seed fault 7: the mark of what is processed was not in the transaction', () => {
  it('an attempt that fails after its mark leaves neither mark nor effect, so the next one does the work', async () => {
    const voucherId = await sale.open({ total: 1 })
    const lanes = lanesOf(voucherId, 1)
    const run = sale.run(voucherId)
    await run.actUpTo('checkVoucher', lanes)
    const marks = () =>
      sale.db
        .selectFrom('saga_barrier')
        .select('phase')
        .where('step', '=', Buffer.from('deductStock'))
        .where('lane', '=', Buffer.from(lanes[0]?.reservationId as string))
        .execute()
    await sql`CREATE TRIGGER stop_stock BEFORE UPDATE ON stock FOR EACH ROW SIGNAL SQLSTATE '45000'`.execute(sale.db)
    await expect(run.act('deductStock', lanes)).rejects.toThrow()
    expect(await marks()).toEqual([])
    await sql`DROP TRIGGER stop_stock`.execute(sale.db)
    expect(Object.values(await run.act('deductStock', lanes))).toEqual(['done'])
    expect(await marks()).toHaveLength(1)
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 0, deducted: 1 })
  })
})

describe('seed fault 8: the failing step was never compensated, a failed compensation only logged', () => {
  it('compensates the very step whose answer was lost, and says why the purchase ended', async () => {
    const voucherId = await sale.open({ total: 2 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(2))
    around.set(`${runId} deductStock`, async (work) => {
      await work()
      throw ApplicationFailure.nonRetryable('the answer was lost', 'AnswerLost')
    })
    const report = await worker.run(runId, lanes)
    expect(report.except.map((end) => end.outcome)).toEqual(['failed', 'failed'])
    expect(report.except[0]?.compensations).toMatchObject({ deductStock: 'done', checkVoucher: 'done', hold: 'done' })
    const units = await countUnits(sale.db, voucherId)
    expect(units).toMatchObject({ quantity: 2, claimed: 0, slots: 0, deducted: 2, restored: 2 })
    const { purchases } = await readBooks(sale.db, voucherId)
    expect(purchases.map(({ state, reason }) => [state, reason])).toEqual([
      ['REFUSED', 'AnswerLost'],
      ['REFUSED', 'AnswerLost'],
    ])
  })

  it('parks a lane whose compensation is refused, keeps its unit sold, and ends it once an operator retries', async () => {
    const voucherId = await sale.open({ total: 2 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(2))
    const paid = lanes[0]?.reservationId as string
    around.set(`${runId} createOrder`, async (work) => {
      await work()
      await sale.db.updateTable('orders').set({ state: 'PAID' }).where('reservation_id', '=', paid).execute()
      throw ApplicationFailure.nonRetryable('the answer was lost', 'AnswerLost')
    })
    const handle = await worker.start(runId, lanes)
    const state = await untilParked(handle)
    expect(state.notable[0]).toMatchObject({ key: paid, parked: { step: 'createOrder', code: 'ORDER_PAID' } })
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 1, claimed: 1, slots: 1 })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 1, held: 1 })
    await sale.db.updateTable('orders').set({ state: 'CLOSING' }).where('reservation_id', '=', paid).execute()
    await handle.executeUpdate(sagaOperateUpdate, {
      args: [{ verb: 'retry', actor: 'test', reason: 'refunded by hand', operationId: 'refunded' }],
    })
    const report = await handle.result()
    expect(report.except.map((end) => end.outcome)).toEqual(['failed', 'failed'])
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 2, claimed: 0, slots: 0, ordered: 0 })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 2, held: 0 })
    expect(await handle.query(sagaStateQuery)).toMatchObject({ counts: { failed: 2 } })
  })

  it.each(forwardSteps)('compensates all that was done when the run is cancelled during %s', async (step) => {
    const voucherId = await sale.open({ total: 2 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(2))
    let cancelled: Promise<unknown> | undefined
    around.set(`${runId} ${step}`, async (work) => {
      cancelled ??= worker.client.workflow.getHandle(runId).cancel()
      await cancelled
      return work()
    })
    const handle = await worker.start(runId, lanes)
    await expect(handle.result()).rejects.toThrow('Workflow execution cancelled')
    await expectCancelled(voucherId)
  })

  it('ends a run that was cancelled before any worker saw it, and its purchases as cancelled', async () => {
    const voucherId = await sale.open({ total: 2 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(2))
    const handle = await worker.start(runId, lanes, runId)
    await handle.cancel()
    const late = await startWorker(runId, sale.activities, sale.db)
    await expect(handle.result()).rejects.toThrow('Workflow execution cancelled')
    await late.stop()
    await expectCancelled(voucherId)
  })

  async function expectCancelled(voucherId: number) {
    const { purchases } = await readBooks(sale.db, voucherId)
    expect(purchases.map(({ state, reason }) => [state, reason])).toEqual([
      ['CANCELLED', 'SAGA_CANCELLED'],
      ['CANCELLED', 'SAGA_CANCELLED'],
    ])
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 2, claimed: 0, slots: 0, ordered: 0 })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 2, held: 0 })
  }
})
