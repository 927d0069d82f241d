import { gateKeys } from 'seckill-store/gate'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { redisOf } from './redis-of.js'
import { ask, buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function get(path: string, userId?: number) {
  return send(
    `${api.url}${path}`,
    userId === undefined ? {} : { headers: { authorization: `Bearer ${await tokenOf(userId)}` } },
  )
}

/** The rows of a run that has made an order. */
async function orderMade(traceId: string, voucherId: number, userId: number): Promise<string> {
  const { db } = api.database
  const orderId = `order-${traceId}`
  const now = Date.now()
  await db
    .insertInto('purchases')
    .values({
      reservation_id: traceId,
      voucher_id: voucherId,
      user_id: userId,
      units: 1,
      owner: 'purchase-run',
      state: 'AWAITING_PAYMENT',
      reason: null,
      order_id: orderId,
      seq: 1,
      admitted_at: now,
      taken_at: now,
      ended_at: null,
    })
    .execute()
  await db
    .insertInto('orders')
    .values({
      id: orderId,
      reservation_id: traceId,
      voucher_id: voucherId,
      user_id: userId,
      units: 1,
      price_minor: 990,
      currency: 'CNY',
      state: 'PENDING_PAYMENT',
      owner: 'purchase-run',
      created_at: now,
      pay_before: now + 900_000,
      updated_at: now,
    })
    .execute()
  return orderId
}

describe('GET /api/v1/purchases/:traceId', () => {
  it('follows a purchase from the queue to the order that awaits payment, and on', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    expect((await ask(api, traceId, 1)).body.data.status).toBe('QUEUED')
    const take = { voucherId, runId: `purchase-${voucherId}-x`, maxLanes: 9, leaseMs: 60_000, maxOpenRuns: 9 }
    await api.dependencies.gate.take(take)
    expect((await ask(api, traceId, 1)).body.data.status).toBe('PROCESSING')
    const orderId = await orderMade(traceId, voucherId, 1)
    const awaiting = await ask(api, traceId, 1)
    const open = { status: 'AWAITING_PAYMENT', orderId, payBefore: expect.any(Number), isClosing: false }
    expect(awaiting.body.data).toMatchObject(open)
    const purchase = api.database.db.updateTable('purchases').where('reservation_id', '=', traceId)
    const order = api.database.db.updateTable('orders').where('id', '=', orderId)
    await order.set({ state: 'CLOSING', closing_reason: 'PAYMENT_EXPIRED', extended_until: 7 }).execute()
    const closing = { status: 'AWAITING_PAYMENT', isClosing: true, extendedUntil: 7 }
    expect((await ask(api, traceId, 1)).body.data).toMatchObject(closing)
    await order.set({ state: 'EXPIRED' }).execute()
    expect((await ask(api, traceId, 1)).body.data).toMatchObject({ status: 'EXPIRED', reason: 'PAYMENT_EXPIRED' })
    await purchase.set({ state: 'PAID' }).execute()
    expect((await ask(api, traceId, 1)).body.data).toMatchObject({ status: 'PAID', orderId })
    for (const state of ['EXPIRED', 'CANCELLED', 'REFUNDED', 'REFUSED'] as const) {
      await purchase.set({ state, reason: 'A_REASON' }).execute()
      expect((await ask(api, traceId, 1)).body.data).toMatchObject({ status: state, reason: 'A_REASON' })
    }
    expect((await ask(api, traceId, 2)).status).toBe(404)
  })

  it('is REFUSED with its reason once the hold is released, and 503 while the gate has lost the campaign', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    await api.dependencies.gate.release(voucherId, [{ reservationId: traceId, reason: 'NOT_ON_SALE' }])
    expect((await ask(api, traceId, 1)).body.data).toMatchObject({ status: 'REFUSED', reason: 'NOT_ON_SALE' })
    const { voucherId: lost } = await startSale(api, { state: 'DRAFT' })
    await api.database.db
      .updateTable('seckill_vouchers')
      .set({ state: 'OPEN' })
      .where('voucher_id', '=', lost)
      .execute()
    await api.dependencies.campaigns.refresh()
    const answer = await ask(api, `${lost}-${'a'.repeat(26)}`, 1)
    expect([answer.status, answer.body.error]).toEqual([503, 'RECOVERING'])
  })
})

describe('browsing', () => {
  it('lists campaigns with server time, window, price and remaining units without a token, but no drafts', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    const { voucherId: draft } = await startSale(api, { state: 'DRAFT' })
    const campaigns = await api.dependencies.campaigns.refresh()
    const campaign = campaigns.get(voucherId)
    if (campaign === undefined) throw new Error('the campaign is in MySQL')
    await buy(api, voucherId, 1)
    await api.dependencies.keeper.sync(campaign)
    const shown = { voucherId, state: 'OPEN', priceMinor: 990, currency: 'CNY', total: 4, remaining: 3 }
    const list = await get('/api/v1/vouchers')
    expect(Math.abs(list.body.data.serverTime - (await api.dependencies.gate.now()))).toBeLessThan(1_000)
    const ids = list.body.data.vouchers.map((one: { voucherId: number }) => one.voucherId)
    expect(ids).toContain(voucherId)
    expect(ids).not.toContain(draft)
    expect((await get(`/api/v1/vouchers/${voucherId}`)).body.data).toMatchObject(shown)
    expect((await get(`/api/v1/vouchers/${draft}`)).status).toBe(404)
  })

  it('says null, never 0, for remaining units that it does not know: before it has read the gate, and while that recovers', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    const remaining = async () => (await get(`/api/v1/vouchers/${voucherId}`)).body.data.remaining
    const campaign = (await api.dependencies.campaigns.refresh()).get(voucherId)
    if (campaign === undefined) throw new Error('the campaign is in MySQL')
    expect(await remaining()).toBeNull()
    await api.dependencies.keeper.sync(campaign)
    expect(await remaining()).toBe(4)
    const redis = redisOf()
    const rebuild = { state: 'RECOVERING', rebuild: 'another process', rebuild_until: Date.now() + 3_600_000 }
    await redis.hset(gateKeys(voucherId).campaign, rebuild)
    redis.disconnect()
    await api.dependencies.keeper.sync(campaign)
    expect(await remaining()).toBeNull()
  })

  it('shows own orders only', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 11)).body.data
    const orderId = await orderMade(traceId, voucherId, 11)
    expect((await get('/api/v1/orders', 11)).body.data.orders).toMatchObject([{ orderId, traceId, priceMinor: 990 }])
    expect((await get(`/api/v1/orders/${orderId}`, 11)).body.data).toMatchObject({ orderId, state: 'PENDING_PAYMENT' })
    const closed = { state: 'CANCELLED', closing_reason: 'CANCELLED_BY_BUYER', extended_until: 7 } as const
    await api.database.db.updateTable('orders').set(closed).where('id', '=', orderId).execute()
    const shown = { state: 'CANCELLED', closingReason: 'CANCELLED_BY_BUYER', extendedUntil: 7 }
    expect((await get(`/api/v1/orders/${orderId}`, 11)).body.data).toMatchObject(shown)
    expect((await get('/api/v1/orders', 12)).body.data.orders).toEqual([])
    expect((await get(`/api/v1/orders/${orderId}`, 12)).status).toBe(404)
    expect((await get('/api/v1/orders')).status).toBe(401)
  })
})

describe('operations', () => {
  it('sets the security headers and does not disclose Express', async () => {
    const { headers } = await get('/health')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests')
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
  })

  it('keeps a well-formed request id and replaces any other', async () => {
    const idWith = async (id: string) =>
      (await send(`${api.url}/health`, { headers: { 'x-request-id': id } })).headers.get('x-request-id')
    expect(await idWith('abc-1')).toBe('abc-1')
    expect(await idWith('<script>')).toMatch(/^[\w-]{36}$/)
  })

  it('is ready with the durability of Redis, and not ready once it drains', async () => {
    const draining = await startApi({ database: api.database })
    try {
      const ready = await vi.waitFor(async () => {
        const answer = await send(`${draining.url}/ready`)
        expect(answer.status).toBe(200)
        return answer
      })
      expect(ready.body.data.checks.redis.durability).toMatch(/^(always|everysec|none)$/)
      draining.dependencies.readiness.drain()
      expect(await send(`${draining.url}/ready`)).toMatchObject({ status: 503, body: { data: { draining: true } } })
    } finally {
      await draining.close()
    }
  })

  it('counts purchases by result on /metrics', async () => {
    const { voucherId } = await startSale(api)
    await buy(api, voucherId, 1)
    const { body } = await get('/metrics')
    expect(body).toMatch(/^seckill_purchase_requests_total\{result="accepted"\} [1-9]/m)
    expect(body).toMatch(/^seckill_purchase_request_seconds_count [1-9]/m)
  })
})
