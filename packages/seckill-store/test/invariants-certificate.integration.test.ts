import type { Redis } from 'ioredis'
import { sql } from 'kysely'
import { connectGateRedis } from 'seckill-store/gate'
import { certificate } from 'seckill-store/invariants'
import { addTallies } from 'seckill-store/mysql'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FinishedSale, finishedSale, forgetGate } from './finished-sale.js'

let database: TemporaryDatabase
let redis: Redis
let sale: FinishedSale

beforeAll(async () => {
  database = await temporaryDatabase()
  redis = connectGateRedis(process.env.REDIS_URL ?? '')
})
afterAll(async () => {
  redis.disconnect()
  await database.drop()
})
beforeEach(async () => {
  sale = await finishedSale(database.db, redis)
})
afterEach(() => forgetGate(sale))

/** Orders 100, 200 and 1300 ms after their admission at 1,000,000. */
async function fixTimes(): Promise<void> {
  await sql`UPDATE purchases SET admitted_at = 1000000 WHERE voucher_id = ${sale.voucherId}`.execute(sale.db)
  for (const [lane, latency] of [
    [sale.sold[0], 100],
    [sale.sold[1], 1_300],
    [sale.sold[2], 200],
  ] as const) {
    await sql`UPDATE orders SET created_at = ${1_000_000 + latency}
      WHERE reservation_id = ${lane.reservationId}`.execute(sale.db)
  }
}

describe('the certificate of a finished sale', () => {
  test('counts everything in the databases', async () => {
    const { voucherId } = sale
    await addTallies(sale.db, 'api-1', [
      { voucherId, result: 'accepted', count: 99 },
      { voucherId, result: 'soldOut', count: 5 },
    ])
    await addTallies(sale.db, 'api-1', [{ voucherId, result: 'soldOut', count: 1 }])
    await addTallies(sale.db, 'api-2', [
      { voucherId, result: 'soldOut', count: 2 },
      { voucherId, result: 'duplicate', count: 3 },
      { voucherId: voucherId + 1, result: 'failed', count: 7 },
    ])
    await fixTimes()
    const { invariants, ...figures } = await certificate({ ...sale, shoppers: 15 })
    expect(figures).toEqual({
      voucherId,
      shoppers: 15,
      stock: 10,
      requests: { accepted: 4, soldOut: 8, duplicate: 3, rejected: 0, failed: 0 },
      orders: 3,
      refused: 1,
      oversold: 0,
      duplicates: 0,
      lost: 0,
      leaked: 0,
      orderLatencyMs: { p50: 200, p99: 1_300 },
      seconds: 1.3,
      ordersPerSecond: 2.3,
      runs: { workflows: 1, lanes: 4 },
    })
    expect(invariants.ok).toBe(true)
    expect(invariants.checks).toHaveLength(16)
  })

  test.each([
    [
      'oversold units',
      () => sql`UPDATE orders SET units = 11 WHERE reservation_id = ${sale.sold[0].reservationId}`,
      { duplicates: 9, oversold: 3, leaked: 9 },
    ],
    [
      'units beyond a limit',
      () => sql`UPDATE orders SET user_id = 1 WHERE reservation_id = ${sale.sold[1].reservationId}`,
      { duplicates: 1, oversold: 0, leaked: 0 },
    ],
    [
      'a unit gone from stock',
      () => sql`UPDATE stock SET quantity = 5 WHERE voucher_id = ${sale.voucherId}`,
      { duplicates: 0, oversold: 0, leaked: 1 },
    ],
    [
      'an order gone, its unit neither in stock nor at the gate',
      () => sql`UPDATE orders SET state = 'EXPIRED' WHERE reservation_id = ${sale.sold[1].reservationId}`,
      { duplicates: 0, oversold: 0, leaked: 1 },
    ],
  ])('shows %s', async (_name, damage, shown) => {
    await damage().execute(sale.db)
    const { duplicates, oversold, leaked, invariants } = await certificate(sale)
    expect({ duplicates, oversold, leaked }).toEqual(shown)
    expect(invariants.ok).toBe(false)
  })

  test('shows a unit that only the gate has too many of as leaked', async () => {
    await redis.hincrby(sale.keys.campaign, 'stock', 1)
    expect(await certificate(sale)).toMatchObject({ leaked: 1, invariants: { ok: false } })
  })

  test('shows an admission without a purchase as lost', async () => {
    await redis.hincrby(sale.keys.campaign, 'seq', 2)
    expect(await certificate(sale)).toMatchObject({ requests: { accepted: 6 }, lost: 2, invariants: { ok: false } })
  })

  test('shows a purchase that is still being processed as lost', async () => {
    await sql`UPDATE purchases SET state = 'PROCESSING'
      WHERE reservation_id = ${sale.refused.reservationId}`.execute(sale.db)
    expect(await certificate(sale)).toMatchObject({ lost: 1, refused: 0, invariants: { ok: false } })
  })

  test('is given, and red, where the gate has forgotten the sale', async () => {
    await forgetGate(sale)
    expect(await certificate(sale)).toMatchObject({ requests: { accepted: 4 }, lost: 0, invariants: { ok: false } })
  })
})
