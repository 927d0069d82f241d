import { untilRunning } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Purchase } from '../src/contract/purchase.js'
import { Refusal } from '../src/contract/refusals.js'
import { countUnits, readBooks } from './harness/books.js'
import { forwardSteps } from './harness/call-step.js'
import { lanesOf, newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'

let sale: Sale
beforeAll(async () => {
  sale = await startSale()
})
afterAll(() => sale.close())

function all(lanes: readonly Purchase[], answer: string) {
  return Object.fromEntries(lanes.map((lane) => [lane.reservationId, answer]))
}

describe('takeLanes', () => {
  it('gives lanes that a rebuild did not know their holds, so that the gate sells no unit twice', async () => {
    const voucherId = await sale.open({ total: 2 })
    const run = sale.run(voucherId)
    const lanes = await sale.admit(voucherId, newRunId(voucherId), [{ userId: 1 }, { userId: 2 }])
    await sale.loseGate(voucherId)
    expect(await sale.gate.audit(voucherId)).toMatchObject({ held: 0, stock: 2 })
    expect(await run.take(lanes)).toEqual(all(lanes, 'done'))
    expect(await sale.gate.audit(voucherId)).toMatchObject({ held: 2, liveHolds: 2, stock: 0 })
  })

  it('gives each lane to the first run that asks and tells every other run so, however often each asks', async () => {
    const voucherId = await sale.open()
    const lanes = lanesOf(voucherId, 4)
    const [first, second] = [sale.run(voucherId), sale.run(voucherId)]
    expect(await first.take(lanes.slice(0, 2))).toEqual(all(lanes.slice(0, 2), 'done'))
    const mixed = { ...all(lanes.slice(0, 2), 'OWNED_BY_ANOTHER_RUN'), ...all(lanes.slice(2), 'done') }
    expect(await second.take(lanes)).toEqual(mixed)
    const books = await readBooks(sale.db, voucherId)
    expect(await second.take(lanes)).toEqual(mixed)
    expect(await readBooks(sale.db, voucherId)).toEqual(books)
  })

  it('gives each lane to exactly one of many runs that ask at once', async () => {
    const voucherId = await sale.open()
    const lanes = lanesOf(voucherId, 30)
    const answers = await Promise.all(Array.from({ length: 6 }, () => sale.run(voucherId).take(lanes)))
    for (const { reservationId } of lanes) {
      expect(answers.filter((answer) => answer[reservationId] === 'done')).toHaveLength(1)
    }
  })
})

describe.each(forwardSteps)('%s', (step) => {
  const before = (lanes: readonly Purchase[], run = sale.run(lanes[0]?.voucherId as number)) => {
    const earlier = forwardSteps[forwardSteps.indexOf(step) - 1]
    return (earlier === undefined ? run.take(lanes) : run.actUpTo(earlier, lanes)).then(() => run)
  }

  it('answers a replay as the first time and changes nothing', async () => {
    const voucherId = await sale.open({ total: 3 })
    const lanes = lanesOf(voucherId, 3)
    const run = await before(lanes)
    expect(await run.act(step, lanes)).toEqual(all(lanes, 'done'))
    const books = await readBooks(sale.db, voucherId)
    expect(await run.act(step, lanes)).toEqual(all(lanes, 'done'))
    expect(await readBooks(sale.db, voucherId)).toEqual(books)
  })

  it('is undone once, however often its compensation comes, and leaves the numbers as before', async () => {
    const voucherId = await sale.open({ total: 3 })
    const lanes = lanesOf(voucherId, 3)
    const run = await before(lanes)
    const units = await countUnits(sale.db, voucherId)
    await run.act(step, lanes)
    expect(await run.undo(step, lanes)).toEqual(all(lanes, 'done'))
    const books = await readBooks(sale.db, voucherId)
    expect(await run.undo(step, lanes)).toEqual(all(lanes, 'done'))
    expect(await readBooks(sale.db, voucherId)).toEqual(books)
    const after = await countUnits(sale.db, voucherId)
    expect({ ...after, deducted: after.deducted - after.restored, restored: 0 }).toEqual(units)
  })

  it('is fenced when it arrives after its compensation, and then changes nothing', async () => {
    const voucherId = await sale.open({ total: 3 })
    const lanes = lanesOf(voucherId, 3)
    const run = await before(lanes)
    const books = await readBooks(sale.db, voucherId)
    expect(await run.undo(step, lanes)).toEqual(all(lanes, 'done'))
    expect(await run.act(step, lanes)).toEqual(all(lanes, 'fenced'))
    expect(await readBooks(sale.db, voucherId)).toEqual(books)
  })

  it('serves replayed, new and undone lanes in one call, each by its own history', async () => {
    const voucherId = await sale.open({ total: 3 })
    const [replayed, fresh, undone] = lanesOf(voucherId, 3) as [Purchase, Purchase, Purchase]
    const run = await before([replayed, fresh, undone])
    await run.act(step, [replayed])
    await run.undo(step, [undone])
    expect(await run.act(step, [undone, fresh, replayed])).toEqual({
      ...all([replayed, fresh], 'done'),
      ...all([undone], 'fenced'),
    })
    const units = await countUnits(sale.db, voucherId)
    const written = {
      checkUser: units.slots,
      checkVoucher: units.claimed,
      deductStock: 3 - units.quantity,
      createOrder: units.ordered,
    }
    expect(written[step as keyof typeof written]).toBe(2)
  })
})

describe('checkUser', () => {
  it('refuses unknown and blocked users, and no other', async () => {
    const voucherId = await sale.open()
    await sale.db.updateTable('users').set({ status: 'BLOCKED' }).where('id', '=', 20).execute()
    const [blocked, unknown, good] = lanesOf(voucherId, 3, (index) => ({ userId: [20, 999_999, 3][index] as number }))
    const answers = await sale.run(voucherId).act('checkUser', [blocked, unknown, good] as Purchase[])
    await sale.db.updateTable('users').set({ status: 'ACTIVE' }).where('id', '=', 20).execute()
    expect(Object.values(answers)).toEqual([Refusal.UserBlocked, Refusal.UserUnknown, 'done'])
  })

  it('counts units against the limit, in the order of admission', async () => {
    const voucherId = await sale.open({ limitPerUser: 3 })
    const lanes = lanesOf(voucherId, 3, (index) => ({
      userId: 1,
      quantity: [1, 2, 2][index] as number,
      seq: 3 - index,
    }))
    expect(Object.values(await sale.run(voucherId).act('checkUser', lanes))).toEqual([
      'done',
      Refusal.LimitReached,
      'done',
    ])
    expect((await countUnits(sale.db, voucherId)).slots).toBe(3)
  })

  it('never gives a user more than the limit when several runs ask at once', async () => {
    const voucherId = await sale.open({ limitPerUser: 2 })
    const lanes = lanesOf(voucherId, 8, () => ({ userId: 5 }))
    const answers = await Promise.all(lanes.map((lane) => sale.run(voucherId).act('checkUser', [lane])))
    expect(answers.flatMap((each) => Object.values(each)).toSorted()).toEqual([
      ...Array.from({ length: 6 }, () => Refusal.LimitReached),
      'done',
      'done',
    ])
  })

  it('takes a slot that another run takes at the same time as a failed attempt, not as a refusal', async () => {
    const voucherId = await sale.open({ limitPerUser: 1 })
    const [lane] = lanesOf(voucherId, 1) as [Purchase]
    const slot = { voucher_id: voucherId, user_id: lane.userId, slot: 1, reservation_id: 'another' }
    const other = await sale.db.startTransaction().execute()
    await other.insertInto('user_claims').values(slot).execute()
    const attempt = sale.run(voucherId).attempt('checkUser', [lane])
    const failed = expect(attempt).rejects.toMatchObject({ type: 'SagaInfrastructure', nonRetryable: false })
    await untilRunning(other, 'insert into `user_claims`')
    await other.commit().execute()
    await failed
    await sale.db.deleteFrom('user_claims').where('voucher_id', '=', voucherId).execute()
    expect(Object.values(await sale.run(voucherId).act('checkUser', [lane]))).toEqual(['done'])
  })
})
