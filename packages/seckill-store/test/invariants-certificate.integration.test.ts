import { sql } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import { certificate, checkNames } from 'seckill-store/invariants'
import { addTallies, closeCampaign, endLostPurchases, findPurchaseStatus, settleCampaign } from 'seckill-store/mysql'
import { recoverGate } from 'seckill-store/recovery'
import { payLanes, seedCampaign } from 'seckill-store/testing'
import { describe, expect, test } from 'vitest'
import { anyCertificate } from './any-certificate.js'
import { beforeEachSale, type FinishedSale, forgetGate } from './finished-sale.js'

let sale: FinishedSale
beforeEachSale((made) => {
  sale = made
})

/** Orders 100, 200, 200 and 1300 ms after their admission at 1,000,000. */
async function fixTimes(): Promise<void> {
  await sql`UPDATE purchases SET admitted_at = 1000000 WHERE voucher_id = ${sale.voucherId}`.execute(sale.db)
  for (const [lane, latency] of [
    [sale.sold[0], 100],
    [sale.sold[1], 1_300],
    [sale.sold[2], 200],
    [sale.returned, 200],
  ] as const) {
    await sql`UPDATE orders SET created_at = ${1_000_000 + latency}
      WHERE reservation_id = ${lane.reservationId}`.execute(sale.db)
  }
}

describe('the certificate of a finished sale', () => {
  test('counts everything in the databases', async () => {
    const { voucherId } = sale
    await addTallies(sale.db, 'api-1', [{ voucherId, result: 'soldOut', count: 5 }])
    await addTallies(sale.db, 'api-1', [{ voucherId, result: 'soldOut', count: 6 }])
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
      requests: { accepted: 5, soldOut: 8, duplicate: 3, rejected: 0, failed: 0 },
      orders: 3,
      refused: 1,
      payments: { paid: 1, expired: 1, cancelled: 0, refunded: 1, capturedMinor: 1_980, refundedMinor: 990 },
      oversold: 0,
      duplicates: 0,
      lost: 0,
      lostTraceIds: [],
      leaked: 0,
      orderLatencyMs: { p50: 200, p99: 1_300 },
      seconds: 1.3,
      ordersPerSecond: 3.1,
      runs: { workflows: 1, lanes: 5 },
    })
    expect(invariants.ok).toBe(true)
    expect(invariants.checks).toHaveLength(23)
  })

  test.each([
    [
      'oversold units',
      () => sql`UPDATE orders SET units = 11 WHERE reservation_id = ${sale.sold[0].reservationId}`,
      { duplicates: 9, oversold: 3, leaked: -9 },
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

  test('shows a unit that only the gate has too many of as leaked below zero', async () => {
    await sale.redis.hincrby(sale.keys.campaign, 'stock', 1)
    expect(await certificate(sale)).toMatchObject({ leaked: -1, invariants: { ok: false } })
  })

  test('shows an admission without a purchase as lost', async () => {
    await sale.redis.hincrby(sale.keys.campaign, 'seq', 2)
    expect(await certificate(sale)).toMatchObject({ lost: 2, lostTraceIds: [], invariants: { ok: false } })
  })

  test('shows a 202 that no server knows any more as lost, though the gate was rebuilt', async () => {
    await addTallies(sale.db, 'api-2', [{ voucherId: sale.voucherId, result: 'accepted', count: 10 }])
    await forgetGate(sale)
    expect(await recoverGate(sale)).toBe('rebuilt')
    const { requests, lost, lostTraceIds, invariants } = await certificate(sale)
    expect({ accepted: requests.accepted, lost, lostTraceIds }).toEqual({ accepted: 15, lost: 10, lostTraceIds: [] })
    expect(invariants.checks.filter((check) => !check.ok).map((check) => check.name)).toEqual([checkNames.allEnded])
  })

  test('names a lost 202 that MySQL knows of, which is refused with a reason', async () => {
    const { db, voucherId } = sale
    const reservationId = newReservationId(voucherId)
    await endLostPurchases(db, [{ reservationId, voucherId, userId: 9, quantity: 1, seq: 3, admittedAt: 1 }])
    expect(await certificate(sale)).toMatchObject({ lost: 1, lostTraceIds: [reservationId], refused: 1 })
    const told = { userId: 9, state: 'REFUSED', reason: 'ADMISSION_LOST' }
    expect(await findPurchaseStatus(db, reservationId)).toMatchObject(told)
  })

  test('names a lane of a run that MySQL does not know', async () => {
    const left = newReservationId(sale.voucherId)
    const runs = { ...sale.runs, lanes: 6, reservationIds: [...sale.runs.reservationIds, left] }
    expect(await certificate({ ...sale, runs })).toMatchObject({ lost: 1, lostTraceIds: [left] })
  })

  test('shows a purchase that is still being processed as lost', async () => {
    const { reservationId } = sale.refused
    await sql`UPDATE purchases SET state = 'PROCESSING' WHERE reservation_id = ${reservationId}`.execute(sale.db)
    const shown = { lost: 1, lostTraceIds: [reservationId], refused: 0, invariants: { ok: false } }
    expect(await certificate(sale)).toMatchObject(shown)
  })

  test('is given, and broken, where the gate has forgotten the sale', async () => {
    await forgetGate(sale)
    const shown = { requests: { accepted: 5 }, lost: 0, leaked: null, invariants: { ok: false } }
    expect(await certificate(sale)).toMatchObject(shown)
  })

  test('is unknown while the gate is recovering', async () => {
    await sale.redis.hset(sale.keys.campaign, 'state', 'RECOVERING')
    expect(await certificate(sale)).toMatchObject({ lost: 0, leaked: null, invariants: { ok: null } })
  })
})

describe('the certificate of a sale that the gate does not serve', () => {
  test('has no findings for a draft', async () => {
    const { voucherId } = await seedCampaign(sale.db, { state: 'DRAFT' })
    const runs = { workflows: 0, openRuns: [], lanes: 0, reservationIds: [] }
    const { lost, leaked, invariants } = await certificate({ ...sale, voucherId, runs })
    expect({ lost, leaked, ok: invariants.ok }).toEqual({ lost: 0, leaked: 0, ok: true })
    expect(invariants.checks.filter((check) => !check.ok)).toEqual([])
  })

  test('is made from MySQL and Temporal for a settled sale, whose keys Redis may have lost', async () => {
    const { db, voucherId } = sale
    await payLanes(db, sale.sold.slice(0, 2))
    await closeCampaign(db, voucherId, { actor: 'test' })
    await settleCampaign(db, voucherId, { actor: 'test', certificate: anyCertificate })
    await forgetGate(sale)
    const runs = { ...sale.runs, openRuns: [] }
    const { orders, lost, leaked, invariants } = await certificate({ ...sale, runs })
    expect({ orders, lost, leaked, ok: invariants.ok }).toEqual({ orders: 3, lost: 0, leaked: 0, ok: true })
  })
})
