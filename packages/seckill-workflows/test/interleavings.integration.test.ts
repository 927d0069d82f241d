import { ApplicationFailure } from '@temporalio/common'
import type { SetWiseActivity } from 'saga-core'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { untilRunning } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createActivities, type PurchaseActivities } from '../src/activities/index.js'
import type { Purchase } from '../src/contract/purchase.js'
import { Refusal } from '../src/contract/refusals.js'
import { countUnits, readBooks } from './harness/books.js'
import { Caller, forwardSteps } from './harness/call-step.js'
import { lanesOf, newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'
import { startWorker, type TestWorker } from './harness/worker.js'

let sale: Sale
beforeAll(async () => {
  sale = await startSale()
})
afterAll(() => sale.close())

function all(lanes: readonly Purchase[], answer: string) {
  return Object.fromEntries(lanes.map((lane) => [lane.reservationId, answer]))
}

function users(count: number) {
  return Array.from({ length: count }, (_, index) => ({ userId: index + 1 }))
}

describe('the same admissions under two run ids, one of which is made to compensate', () => {
  /** Runs named here lose the answer of the step named with them, after its effect, and for good. */
  const sabotage = new Map<string, string>()
  let worker: TestWorker
  beforeAll(async () => {
    worker = await startWorker(newRunId(0), losingAnswers(sale.activities, sabotage), sale.db)
  })
  afterAll(() => worker.stop())

  it.each(forwardSteps)(
    'leaves the sale of the run that owns the lanes alone, after every end of the other run at %s',
    async (step) => {
      const voucherId = await sale.open({ total: 3 })
      const [owner, other] = [newRunId(voucherId), newRunId(voucherId)]
      const lanes = await sale.admit(voucherId, owner, users(3))
      sabotage.set(other, step)
      expect(await worker.run(owner, lanes)).toMatchObject({ completed: 3 })
      const [books, audit] = [await readBooks(sale.db, voucherId), await sale.gate.audit(voucherId)]
      const report = await worker.run(other, lanes)
      expect(report.except.map((end) => end.outcome)).toEqual(['duplicate', 'duplicate', 'duplicate'])
      expect(await readBooks(sale.db, voucherId)).toEqual(books)
      expect(await sale.gate.audit(voucherId)).toEqual({ ...audit, now: expect.any(Number) })
    },
  )

  it.each(forwardSteps)(
    'undoes everything once when the owning run compensates at %s, and the other changes nothing',
    async (step) => {
      const voucherId = await sale.open({ total: 3 })
      const [owner, other] = [newRunId(voucherId), newRunId(voucherId)]
      const lanes = await sale.admit(voucherId, owner, users(3))
      sabotage.set(owner, step)
      const report = await worker.run(owner, lanes)
      expect(report.except.map((end) => end.outcome)).toEqual(['failed', 'failed', 'failed'])
      expect((await worker.run(other, lanes)).except.map((end) => end.outcome)).toEqual([
        'duplicate',
        'duplicate',
        'duplicate',
      ])
      const units = await countUnits(sale.db, voucherId)
      expect(units).toMatchObject({ quantity: 3, claimed: 0, claimedRows: 0, slots: 0, ordered: 0 })
      expect(units.restored).toBe(units.deducted)
      expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 3, held: 0, liveHolds: 0 })
    },
  )

  it.each(forwardSteps)('never oversells when both run at once and one compensates at %s', async (step) => {
    const voucherId = await sale.open({ total: 3 })
    const [first, second] = [newRunId(voucherId), newRunId(voucherId)]
    const lanes = await sale.admit(voucherId, first, users(3))
    sabotage.set(second, step)
    const reports = await Promise.all([worker.run(first, lanes), worker.run(second, lanes)])
    const units = await countUnits(sale.db, voucherId)
    const sold = reports[0]?.completed as number
    expect(reports[1]?.completed).toBe(0)
    expect(units).toMatchObject({ quantity: 3 - sold, claimed: sold, slots: sold, ordered: sold })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 3 - sold, held: sold })
  })
})

describe('a refusal after a frozen attempt that later commits', () => {
  it('leaks nothing when the frozen attempt wakes up before its first statement, with units free again', async () => {
    const voucherId = await sale.open({ total: 2 })
    await sale.db.updateTable('stock').set({ quantity: 1 }).where('voucher_id', '=', voucherId).execute()
    const [winner, late] = lanesOf(voucherId, 2) as [Purchase, Purchase]
    const [winning, losing] = [sale.run(voucherId), sale.run(voucherId)]
    await losing.actUpTo('checkVoucher', [late])
    const frozen = await freezeAttempt(losing.workflowId, (run) => run.act('deductStock', [late]))
    await winning.actUpTo('createOrder', [winner])
    expect(await losing.act('deductStock', [late])).toEqual(all([late], Refusal.SoldOut))
    await losing.undoFrom('checkVoucher', [late])
    await winning.undoFrom('createOrder', [winner])
    const books = await readBooks(sale.db, voucherId)
    expect(books.campaign).toEqual({ total: 2, quantity: 1, claimed: 0 })
    expect(await frozen.thaw()).toEqual(all([late], Refusal.SoldOut))
    expect(await readBooks(sale.db, voucherId)).toEqual(books)
  })

  it('gives both attempts one answer when the first is frozen at the hot row, its barrier row already written', async () => {
    const voucherId = await sale.open({ total: 1 })
    const [late] = lanesOf(voucherId, 1) as [Purchase]
    const run = sale.run(voucherId)
    const seller = await sale.db.startTransaction().execute()
    await seller.updateTable('stock').set({ quantity: 0 }).where('voucher_id', '=', voucherId).execute()
    const first = run.act('deductStock', [late])
    await untilRunning(seller, 'update `stock`')
    const second = run.act('deductStock', [late])
    await untilRunning(seller, 'INSERT INTO saga_barrier')
    await seller.commit().execute()
    expect([await first, await second]).toEqual([all([late], Refusal.SoldOut), all([late], Refusal.SoldOut)])
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 0, deducted: 0 })
  })

  it('is fenced when the frozen attempt wakes up after its compensation', async () => {
    const voucherId = await sale.open({ total: 1 })
    const lanes = lanesOf(voucherId, 1)
    const run = sale.run(voucherId)
    await run.actUpTo('checkVoucher', lanes)
    const frozen = await freezeAttempt(run.workflowId, (own) => own.act('deductStock', lanes))
    await run.undoFrom('deductStock', lanes)
    expect(await frozen.thaw()).toEqual(all(lanes, 'fenced'))
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 1, deducted: 0, restored: 0 })
  })

  /** An attempt of this run on a worker whose one connection is taken, until `thaw`. */
  async function freezeAttempt<TAnswer>(workflowId: string, attempt: (run: Caller) => Promise<TAnswer>) {
    const db = connectDatabase(sale.url, { poolSize: 1 })
    const taken = await db.startTransaction().execute()
    const answer = attempt(new Caller(createActivities({ db, gate: sale.gate, payment: sale.payment }), workflowId))
    const thaw = async () => {
      await taken.rollback().execute()
      const thawed = await answer
      await closeDatabase(db)
      return thawed
    }
    return { thaw }
  }
})

describe('two halves of a set of lanes', () => {
  it.each(forwardSteps)('may be retried in other compositions, at once, at %s: each lane counts once', async (step) => {
    const voucherId = await sale.open({ total: 8 })
    const lanes = lanesOf(voucherId, 8)
    const run = sale.run(voucherId)
    const earlier = forwardSteps[forwardSteps.indexOf(step) - 1]
    await (earlier === undefined ? run.take(lanes) : run.actUpTo(earlier, lanes))
    const halves = [lanes.slice(0, 4), lanes.slice(4)]
    const others = [
      lanes.filter((lane) => lane.seq % 2 === 0),
      lanes.filter((lane) => lane.seq % 2 === 1),
      lanes.toReversed(),
    ]
    for (const part of await Promise.all([...halves, ...others].map((part) => run.act(step, part)))) {
      expect(new Set(Object.values(part))).toEqual(new Set(['done']))
    }
    const expected = {
      checkUser: { slots: 8 },
      checkVoucher: { claimed: 8, claimedRows: 8 },
      deductStock: { quantity: 0, deducted: 8 },
    }
    expect(await countUnits(sale.db, voucherId)).toMatchObject(
      { ...expected, createOrder: { ordered: 8 } }[step] as object,
    )
    await Promise.all([...others, ...halves].map((part) => run.undo(step, part)))
    const undone = {
      checkUser: { slots: 0 },
      checkVoucher: { claimed: 0, claimedRows: 0 },
      deductStock: { quantity: 8, restored: 8 },
    }
    expect(await countUnits(sale.db, voucherId)).toMatchObject(
      { ...undone, createOrder: { ordered: 0 } }[step] as object,
    )
  })
})

/** The activities, but the answers of sabotaged runs are lost after the effect: the engine cannot know whether it happened. */
function losingAnswers(activities: PurchaseActivities, sabotage: ReadonlyMap<string, string>): PurchaseActivities {
  const wrap =
    (activity: SetWiseActivity<Purchase, undefined>): typeof activity =>
    async (request) => {
      const report = await activity(request)
      if (request.phase === 'compensation' || sabotage.get(request.workflowId) !== request.step) return report
      throw ApplicationFailure.nonRetryable('the answer was lost', 'AnswerLost')
    }
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, wrap(activity)])) as never
}
