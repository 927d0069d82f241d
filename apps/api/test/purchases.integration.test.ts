import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { ask, buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
  await vi.waitFor(async () => expect((await send(`${api.url}/ready`)).status).toBe(200), { timeout: 60_000 })
})
afterAll(() => api.close())

describe('POST /api/v1/vouchers/:voucherId/purchases', () => {
  it('accepts a shopper with 202, Location and the durability of the gate', async () => {
    const { voucherId } = await startSale(api)
    const answer = await buy(api, voucherId, 1)
    expect(answer.status).toBe(202)
    const { traceId, promised, receipt } = answer.body.data
    expect(answer.body).toEqual({
      code: 202,
      message: '排队中，请稍后查询结果',
      data: { traceId, status: 'QUEUED', durability: api.dependencies.durability(), promised, receipt },
    })
    expect(answer.headers.get('location')).toBe(`/api/v1/purchases/${traceId}`)
    expect(answer.headers.get('etag')).toBeNull()
  })

  it('seed fault 1: the trace id of the 202 is the reservation id, and its status can be read', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    expect(await api.dependencies.gate.hold(voucherId, traceId)).toMatchObject({ reservationId: traceId, userId: 1 })
    const status = await ask(api, traceId, 1)
    expect(status.body.data).toMatchObject({ traceId, voucherId, quantity: 1, status: 'QUEUED' })
  })

  it('replays the same 202 for the same Idempotency-Key and refuses the key with another body', async () => {
    const { voucherId } = await startSale(api, { limitPerUser: 3 })
    const headers = { 'idempotency-key': `tap-${voucherId}` }
    const first = await buy(api, voucherId, 1, { headers })
    const again = await buy(api, voucherId, 1, { headers })
    expect([again.status, again.body]).toEqual([202, first.body])
    const other = await buy(api, voucherId, 1, { headers, quantity: 2 })
    expect([other.status, other.body.error]).toEqual([422, 'KEY_REUSED'])
    expect(await api.dependencies.gate.audit(voucherId)).toMatchObject({ liveHolds: 1 })
  })

  it('refuses an Idempotency-Key that bought another voucher', async () => {
    const [first, second] = [await startSale(api), await startSale(api)]
    const headers = { 'idempotency-key': `tap-${first.voucherId}` }
    expect((await buy(api, first.voucherId, 1, { headers })).status).toBe(202)
    const other = await buy(api, second.voucherId, 1, { headers })
    expect([other.status, other.body.error]).toEqual([422, 'KEY_REUSED'])
    expect(await api.dependencies.gate.audit(second.voucherId)).toMatchObject({ liveHolds: 0 })
  })

  it('names the earlier purchases when the limit per user is used up', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    const again = await buy(api, voucherId, 1)
    expect(again).toMatchObject({
      status: 409,
      body: { code: 409, error: 'ALREADY_PURCHASED', message: '不能重复购买', data: { traceId, traceIds: [traceId] } },
    })
  })

  it('says OVER_LIMIT and the units left when the quantity is more than the user may still buy', async () => {
    const { voucherId } = await startSale(api, { limitPerUser: 2 })
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    const tooMany = { status: 422, body: { error: 'OVER_LIMIT', data: { left: 1, traceIds: [traceId] } } }
    expect(await buy(api, voucherId, 1, { quantity: 2 })).toMatchObject(tooMany)
    expect((await buy(api, voucherId, 1)).status).toBe(202)
    expect((await buy(api, voucherId, 1)).body.error).toBe('ALREADY_PURCHASED')
  })

  it('names the purchase to a buyer whom another API process has admitted, while sold out is remembered', async () => {
    const other = await startApi({ database: api.database })
    try {
      const { voucherId } = await startSale(api, { total: 2, limitPerUser: 2 })
      const { traceId } = (await buy(other, voucherId, 1, { quantity: 2 })).body.data
      const named = { status: 409, body: { error: 'ALREADY_PURCHASED', data: { traceId } } }
      for (const quantity of [undefined, 2]) {
        const attempt = quantity === undefined ? {} : { quantity }
        expect((await buy(api, voucherId, 2, attempt)).body.error).toBe('SOLD_OUT')
        const [newcomer, buyer] = await Promise.all([buy(api, voucherId, 3, attempt), buy(api, voucherId, 1, attempt)])
        expect(newcomer.body.error).toBe('SOLD_OUT')
        expect(buyer).toMatchObject(named)
      }
    } finally {
      await other.close()
    }
  })

  it('names the purchase to the buyer of a unit that came back, at another API process too, once 50 ms have passed', async () => {
    const other = await startApi({ database: api.database })
    try {
      const { voucherId } = await startSale(api, { total: 1 })
      const first = (await buy(other, voucherId, 1)).body.data.traceId
      expect((await buy(api, voucherId, 2)).body.error).toBe('SOLD_OUT')
      await api.dependencies.gate.release(voucherId, [{ reservationId: first, reason: 'TEST' }])
      const { traceId } = (await buy(other, voucherId, 3)).body.data
      await vi.waitFor(async () =>
        expect(await buy(api, voucherId, 3)).toMatchObject({ body: { error: 'ALREADY_PURCHASED', data: { traceId } } }),
      )
      expect((await buy(api, voucherId, 2)).body.error).toBe('SOLD_OUT')
      expect(await buy(api, voucherId, 3)).toMatchObject({ body: { data: { traceId } } })
    } finally {
      await other.close()
    }
  })

  it('says OVER_LIMIT when the quantity alone is more than the limit', async () => {
    const { voucherId } = await startSale(api, { limitPerUser: 2 })
    expect(await buy(api, voucherId, 1, { quantity: 3 })).toMatchObject({ status: 422, body: { error: 'OVER_LIMIT' } })
  })

  it('answers SOLD_OUT to newcomers and names the purchase to a buyer, also while sold out is remembered', async () => {
    const { voucherId } = await startSale(api, { total: 1 })
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    const soldOut = { status: 409, body: { error: 'SOLD_OUT', message: '库存不足', data: null } }
    expect(await buy(api, voucherId, 2)).toMatchObject(soldOut)
    expect(await buy(api, voucherId, 3)).toMatchObject(soldOut)
    expect(await buy(api, voucherId, 1)).toMatchObject({ status: 409, body: { data: { traceId } } })
  })

  it('sells a released unit once the sold-out memory of 50 ms has passed', async () => {
    const { voucherId } = await startSale(api, { total: 1 })
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    expect((await buy(api, voucherId, 2)).status).toBe(409)
    await api.dependencies.gate.release(voucherId, [{ reservationId: traceId, reason: 'TEST' }])
    const backAt = performance.now()
    const answer = await vi.waitFor(async () => {
      const attempt = await buy(api, voucherId, 2)
      expect(attempt.status).toBe(202)
      return { attempt, after: performance.now() - backAt }
    })
    expect(answer.after).toBeLessThan(1_000)
  })

  it.each([
    ['before its window', { beginsAt: Date.now() + 3_600_000, endsAt: Date.now() + 7_200_000 }, 403, 'NOT_STARTED'],
    ['while it is only warm', { state: 'WARM' as const }, 403, 'NOT_STARTED'],
    ['after its window', { beginsAt: Date.now() - 7_200_000, endsAt: Date.now() - 3_600_000 }, 410, 'ENDED'],
  ])('refuses %s', async (_when, seed, status, error) => {
    const { voucherId } = await startSale(api, seed)
    const answer = await buy(api, voucherId, 1)
    expect([answer.status, answer.body.error]).toEqual([status, error])
    if (status === 403) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })

  it('refuses while the sale is paused', async () => {
    const { voucherId, gate } = await startSale(api)
    if (gate === null) throw new Error('the sale is open, so it has a gate')
    await api.dependencies.gate.apply({ ...gate, version: gate.version + 1, state: 'PAUSED' })
    expect(await buy(api, voucherId, 1)).toMatchObject({ status: 423, body: { error: 'PAUSED' } })
  })

  it('answers 503 for a campaign that is open in MySQL and lost at the gate, 404 for an unknown one', async () => {
    const { voucherId } = await startSale(api, { state: 'DRAFT' })
    expect(await buy(api, voucherId, 1)).toMatchObject({ status: 404, body: { error: 'VOUCHER_NOT_FOUND' } })
    await api.database.db.updateTable('seckill_vouchers').set({ state: 'OPEN' }).execute()
    const lost = await vi.waitFor(
      async () => {
        const answer = await buy(api, voucherId, 1)
        expect(answer.status).toBe(503)
        return answer
      },
      { timeout: 60_000 },
    )
    expect([lost.body.error, lost.headers.get('retry-after')]).toEqual(['RECOVERING', '1'])
  })

  it('answers in English and as RFC 9457 when asked to', async () => {
    const { voucherId } = await startSale(api, { total: 1 })
    await buy(api, voucherId, 1)
    const accept = { accept: 'application/problem+json', 'accept-language': 'en-GB,en;q=0.9' }
    const answer = await buy(api, voucherId, 2, { headers: accept })
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body).toEqual({
      type: '/errors/SOLD_OUT',
      title: 'Sold out',
      status: 409,
      error: 'SOLD_OUT',
      data: null,
    })
  })

  it('seed fault 11: the user id comes from the token, never from the body', async () => {
    const { voucherId } = await startSale(api)
    const headers = { authorization: `Bearer ${await tokenOf(1)}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ user_id: 2, userId: 2 })
    const url = `${api.url}/api/v1/vouchers/${voucherId}/purchases`
    expect((await send(url, { method: 'POST', headers, body })).status).toBe(400)
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    expect(await api.dependencies.gate.hold(voucherId, traceId)).toMatchObject({ userId: 1 })
  })

  it('counts every answer of a voucher by its result', async () => {
    const { voucherId } = await startSale(api, { total: 1 })
    await api.dependencies.campaigns.refresh()
    await buy(api, voucherId, 3, { quantity: -1 })
    await buy(api, voucherId, 1)
    await buy(api, voucherId, 1)
    await buy(api, voucherId, 2)
    await api.dependencies.tallies.flush()
    const rows = await api.database.db
      .selectFrom('request_tallies')
      .select(['result', 'count'])
      .where('voucher_id', '=', voucherId)
      .orderBy('result')
      .execute()
    expect(rows).toEqual(['accepted', 'duplicate', 'rejected', 'soldOut'].map((result) => ({ result, count: 1 })))
  })
})
