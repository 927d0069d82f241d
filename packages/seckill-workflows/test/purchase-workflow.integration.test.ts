import { sql } from 'kysely'
import { countServed } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countRuns } from '../src/client/index.js'
import { Refusal } from '../src/contract/refusals.js'
import { countUnits, readBooks } from './harness/books.js'
import { lanesOf, newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'
import { untilParked } from './harness/until-parked.js'
import { startWorker, type TestWorker } from './harness/worker.js'

let sale: Sale
let worker: TestWorker
beforeAll(async () => {
  sale = await startSale()
  worker = await startWorker(newRunId(0), sale.activities, sale.db)
})
afterAll(async () => {
  await worker.stop()
  await sale.close()
})

function users(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ userId: from + index }))
}

describe('a purchase run', () => {
  it('turns admitted holds into orders that await payment', async () => {
    const voucherId = await sale.open({ total: 5, priceMinor: 700, payWindowMs: 60_000 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(1, 5))
    const handle = await worker.start(runId, lanes)
    await expect.poll(() => countServed(sale.db, runId), { timeout: 60_000 }).toBe(5)
    const books = await readBooks(sale.db, voucherId)
    expect(books.campaign).toEqual({ claimed: 5, total: 5, quantity: 0 })
    expect(books.orders.map((order) => order.id).toSorted()).toEqual(
      lanes.map((lane) => `O-${lane.reservationId}`).toSorted(),
    )
    for (const order of books.orders) {
      expect(order).toMatchObject({ state: 'PENDING_PAYMENT', price_minor: 700, owner: runId })
      expect(order.pay_before - order.created_at).toBe(60_000)
    }
    for (const purchase of books.purchases) {
      const { reservation_id } = purchase
      expect(purchase).toMatchObject({ state: 'AWAITING_PAYMENT', order_id: `O-${reservation_id}`, ended_at: null })
    }
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 0, held: 5, liveHolds: 5 })
    expect(await worker.paid(handle)).toMatchObject({ lanes: 5, completed: 5, except: [] })
  })

  it('gives refused lanes back to the gate with their reason, while their neighbours go on', async () => {
    const voucherId = await sale.open({ total: 4 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, users(1, 4))
    await sale.db.updateTable('users').set({ status: 'BLOCKED' }).where('id', '=', 2).execute()
    await sale.db.updateTable('stock').set({ quantity: 2 }).where('voucher_id', '=', voucherId).execute()
    const report = await worker.run(runId, lanes)
    await sale.db.updateTable('users').set({ status: 'ACTIVE' }).where('id', '=', 2).execute()
    const blocked = lanes[1]?.reservationId as string
    const late = lanes[3]?.reservationId as string
    expect(report.completed).toBe(2)
    expect(report.except.map(({ key, outcome, cause }) => [key, outcome, cause?.code])).toEqual([
      [blocked, 'refused', Refusal.UserBlocked],
      [late, 'refused', Refusal.SoldOut],
    ])
    const { purchases } = await readBooks(sale.db, voucherId)
    const byKey = new Map(purchases.map((purchase) => [purchase.reservation_id, purchase]))
    expect(byKey.get(blocked)).toMatchObject({ state: 'REFUSED', reason: Refusal.UserBlocked })
    expect(byKey.get(late)).toMatchObject({ state: 'REFUSED', reason: Refusal.SoldOut, order_id: null })
    expect(byKey.get(late)?.ended_at).toBeGreaterThan(0)
    expect(await sale.gate.hold(voucherId, late)).toMatchObject({ state: 'RELEASED', reason: Refusal.SoldOut })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 2, held: 2 })
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 0, claimed: 2, slots: 2, ordered: 2 })
  })

  it('completes the neighbours of a lane that MySQL rejects, and undoes what that lane had', async () => {
    await sql`ALTER TABLE orders ADD CONSTRAINT rejects_user_19 CHECK (user_id <> 19)`.execute(sale.db)
    const voucherId = await sale.open({ total: 10 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(voucherId, runId, [...users(1, 3), { userId: 19 }, ...users(5, 7)])
    const poison = lanes[3]?.reservationId as string
    const report = await worker.run(runId, lanes)
    expect(report.completed).toBe(6)
    expect(report.except).toMatchObject([
      { key: poison, outcome: 'failed', cause: { kind: 'unknown', step: 'createOrder' } },
    ])
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 4, claimed: 6, slots: 6, ordered: 6 })
    expect(await sale.gate.hold(voucherId, poison)).toMatchObject({ state: 'RELEASED' })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 4, held: 6 })
  })

  it('parks a lane whose very ownership MySQL rejects, visibly, and sells to its neighbours', async () => {
    const voucherId = await sale.open({ total: 3 })
    const runId = newRunId(voucherId)
    const lanes = lanesOf(voucherId, 3, (index) => (index === 1 ? { quantity: 0 } : {}))
    const handle = await worker.start(runId, lanes)
    const state = await untilParked(handle)
    await handle.terminate('the test has seen it')
    expect(state.notable).toMatchObject([{ key: lanes[1]?.reservationId, status: 'parked' }])
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 1, ordered: 2 })
  })
})

describe('countRuns', () => {
  it('counts the lanes in the inputs of one voucher runs, and of no other voucher', async () => {
    const voucherId = await sale.open({ total: 7 })
    const other = Number(`${voucherId}1`)
    const groups = [lanesOf(voucherId, 3), lanesOf(voucherId, 4)]
    for (const lanes of groups) await worker.run(newRunId(voucherId), lanes)
    await worker.run(newRunId(other), lanesOf(other, 2))
    const expected = groups.flat().map((lane) => lane.reservationId)
    await expect
      .poll(() => countRuns(worker.client, voucherId), { timeout: 60_000 })
      .toMatchObject({ workflows: 2, openRuns: [], lanes: 7 })
    const { reservationIds } = await countRuns(worker.client, voucherId)
    expect(reservationIds.toSorted()).toEqual(expected.toSorted())
  })

  it('counts nothing for a voucher that was never sold', async () => {
    expect(await countRuns(worker.client, 999_999_999)).toEqual({
      workflows: 0,
      openRuns: [],
      lanes: 0,
      reservationIds: [],
    })
  })
})
