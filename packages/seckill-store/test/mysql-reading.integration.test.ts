import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type AdmittedLane, newReservationId } from 'seckill-store/gate'
import {
  addTallies,
  type Database,
  ensureUsers,
  findOrder,
  findPurchase,
  findPurchaseStatus,
  findPurchaseStatuses,
  findUser,
  listOrders,
  setUserStatus,
  sumTallies,
} from 'seckill-store/mysql'
import {
  payTooLate,
  refuseLanes,
  seedCampaign,
  sellLanes,
  type TemporaryDatabase,
  temporaryDatabase,
} from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: TemporaryDatabase
let db: Kysely<Database>
beforeAll(async () => {
  database = await temporaryDatabase()
  db = database.db
})
afterAll(() => database.drop())

async function lanesOf(users: readonly number[]): Promise<readonly AdmittedLane[]> {
  const { voucherId } = await seedCampaign(db)
  return users.map((userId, index) => ({
    reservationId: newReservationId(voucherId),
    voucherId,
    userId,
    quantity: 1,
    seq: index + 1,
    admittedAt: 1_000,
    termsVersion: 1,
    keyDigest: '',
  }))
}

describe('users', () => {
  test('100,000 of them are made in one go, and none of them twice', async () => {
    await ensureUsers(db, 3)
    await setUserStatus(db, 2, 'BLOCKED', { actor: 'test' })
    const present = await countUsers()
    expect(await ensureUsers(db, 100_000)).toBe(100_000 - present)
    expect(await countUsers()).toBe(100_000)
    expect(await ensureUsers(db, 100_000)).toBe(0)
    expect(await findUser(db, 2)).toMatchObject({ name: 'Shopper 2', status: 'BLOCKED' })
    expect(await findUser(db, 100_000)).toMatchObject({ name: 'Shopper 100000', status: 'ACTIVE' })
    expect(await findUser(db, 100_001)).toBeUndefined()
  })

  test('a gap is filled and nothing is made beyond it', async () => {
    await db.deleteFrom('users').where('id', 'in', [1, 500]).execute()
    expect(await ensureUsers(db, 10_001)).toBe(2)
    expect(await countUsers()).toBe(100_000)
  })
})

describe('the status of a purchase', () => {
  test('names its order, or why there is none', async () => {
    const [sold, refused, unknown] = await lanesOf([1, 2, 3])
    if (!sold || !refused || !unknown) throw new Error('no lanes')
    await sellLanes(db, [sold], 'run-1')
    await refuseLanes(db, [refused], { owner: 'run-1', reason: 'SOLD_OUT' })
    expect(await findPurchaseStatus(db, sold.reservationId)).toMatchObject({
      userId: 1,
      state: 'AWAITING_PAYMENT',
      reason: null,
      admittedAt: 1_000,
      order: { id: `order-${sold.reservationId}`, state: 'PENDING_PAYMENT', payBefore: expect.any(Number) },
    })
    expect(await findPurchaseStatus(db, refused.reservationId)).toMatchObject({
      state: 'REFUSED',
      reason: 'SOLD_OUT',
      order: null,
      endedAt: expect.any(Number),
    })
    expect(await findPurchaseStatus(db, unknown.reservationId)).toBeUndefined()
    expect(await findPurchase(db, sold.reservationId)).toMatchObject({ owner: 'run-1', seq: 1 })
  })

  test('is read for many at once, with the refund of money that came late', async () => {
    const lanes = await lanesOf([4, 5, 6])
    const [late, sold, unknown] = lanes
    if (!late || !sold || !unknown) throw new Error('no lanes')
    await sellLanes(db, [late, sold], 'run-1')
    await payTooLate(db, [late])
    const found = await findPurchaseStatuses(
      db,
      lanes.map(({ reservationId }) => reservationId),
    )
    expect(found.size).toBe(2)
    expect(found.get(late.reservationId)).toMatchObject({
      state: 'EXPIRED',
      refund: { state: 'DONE', amountMinor: 990, currency: 'CNY' },
    })
    expect(found.get(sold.reservationId)).toMatchObject({ state: 'AWAITING_PAYMENT', refund: null })
  })
})

describe('orders', () => {
  test('are listed and found for their own user only', async () => {
    const [mine, other] = await lanesOf([61, 62])
    if (!mine || !other) throw new Error('no lanes')
    await sellLanes(db, [mine, other], 'run-2')
    const id = `order-${mine.reservationId}`
    expect((await listOrders(db, 61)).map((order) => order.id)).toEqual([id])
    expect(await findOrder(db, 61, id)).toMatchObject({ reservation_id: mine.reservationId })
    expect(await findOrder(db, 62, id)).toBeUndefined()
    expect(await findOrder(db, 61, id.toUpperCase())).toBeUndefined()
  })

  test('come newest first, as many as asked for', async () => {
    for (const lane of [...(await lanesOf([63])), ...(await lanesOf([63])), ...(await lanesOf([63]))]) {
      await sellLanes(db, [lane], 'run-3')
    }
    const times = (await listOrders(db, 63)).map((order) => order.created_at)
    expect(times).toHaveLength(3)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(await listOrders(db, 63, 2)).toHaveLength(2)
  })
})

describe('tallies', () => {
  test('of processes that add at the same time are all counted', async () => {
    const { voucherId } = await seedCampaign(db)
    const adding = Array.from({ length: 20 }, () =>
      addTallies(db, randomUUID(), [
        { voucherId, result: 'soldOut', count: 2 },
        { voucherId, result: 'rejected', count: 1 },
      ]),
    )
    await Promise.all(adding)
    const sums = { accepted: 0, soldOut: 40, duplicate: 0, rejected: 20, failed: 0 }
    expect(await sumTallies(db, voucherId)).toEqual(sums)
    await addTallies(db, 'idle', [])
    expect(await sumTallies(db, voucherId)).toEqual(sums)
  })

  test('that are sent twice, or arrive late, count once: a statement without an answer may have been executed', async () => {
    const { voucherId } = await seedCampaign(db)
    for (const count of [5, 5, 7, 5]) await addTallies(db, 'api-1', [{ voucherId, result: 'accepted', count }])
    expect(await sumTallies(db, voucherId)).toMatchObject({ accepted: 7 })
  })
})

async function countUsers(): Promise<number> {
  const { count } = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
