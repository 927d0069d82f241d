import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { startUrlProxy, type TcpProxy } from './proxy.js'
import { ask, buy, send, startSale } from './sale.js'

let redis: TcpProxy & { readonly url: string }
let api: ApiUnderTest

beforeAll(async () => {
  redis = await startUrlProxy(process.env.REDIS_URL ?? '')
  api = await startApi({ env: { REDIS_URL: redis.url } })
})
afterEach(async () => {
  redis.up()
  redis.replies('pass')
  await vi.waitFor(async () => expect((await send(`${api.url}/ready`)).status).toBe(200), { timeout: 60_000 })
})
afterAll(async () => {
  await api.close()
  await redis.close()
})

describe('when the connection to the gate is lost', () => {
  it('a request whose answer is lost is resent with the same reservation: one hold, one 202', async () => {
    const { voucherId } = await startSale(api)
    redis.replies('cut')
    const answer = await buy(api, voucherId, 1)
    expect(answer.status).toBe(202)
    expect(await api.dependencies.gate.audit(voucherId)).toMatchObject({ liveHolds: 1, seq: 1 })
    await api.dependencies.tallies.flush()
    const counted = await api.database.db
      .selectFrom('request_tallies')
      .select(['result', 'count'])
      .where('voucher_id', '=', voucherId)
      .execute()
    expect(counted).toEqual([{ result: 'accepted', count: 1 }])
  })

  it('an outcome that stays unknown is a 503 with the trace id, whose status can be read', async () => {
    const { voucherId } = await startSale(api)
    redis.replies('withheld')
    const answer = await buy(api, voucherId, 1)
    expect([answer.status, answer.body.error]).toEqual([503, 'OUTCOME_UNKNOWN'])
    expect(answer.headers.get('retry-after')).toBe('1')
    redis.replies('pass')
    const { traceId } = answer.body.data
    const status = await vi.waitFor(async () => {
      const asked = await ask(api, traceId, 1)
      expect(asked.status).toBe(200)
      return asked
    })
    expect(status.body.data).toMatchObject({ traceId, status: 'QUEUED' })
    expect(await api.dependencies.gate.audit(voucherId)).toMatchObject({ liveHolds: 1, seq: 1 })
  })

  it('no purchase is accepted, the status of a queued purchase is 503 and readiness fails', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    redis.down()
    expect((await buy(api, voucherId, 2)).status).toBe(503)
    expect(await ask(api, traceId, 1)).toMatchObject({ status: 503, body: { error: 'UNAVAILABLE' } })
    await vi.waitFor(async () => expect((await send(`${api.url}/ready`)).status).toBe(503), { timeout: 60_000 })
    expect((await send(`${api.url}/health`)).status).toBe(200)
  })

  it('a purchase above the in-flight limit is 429', async () => {
    const narrow = await startApi({
      database: api.database,
      env: { REDIS_URL: redis.url, PURCHASE_MAX_IN_FLIGHT: '1' },
    })
    try {
      const { voucherId } = await startSale(narrow)
      redis.replies('withheld')
      const both = await Promise.all([1, 2].map((user) => buy(narrow, voucherId, user)))
      expect(both.map((answer) => answer.body.error).sort()).toEqual(['OUTCOME_UNKNOWN', 'TOO_MANY_REQUESTS'])
      const turnedAway = both.find((answer) => answer.status === 429)
      expect(turnedAway?.headers.get('retry-after')).toBe('1')
    } finally {
      await narrow.close()
    }
  })

  it('after ten purchases without an answer the next is known not to be taken, until one is answered again', async () => {
    const { voucherId } = await startSale(api, { total: 20, users: 20 })
    redis.down()
    const first = await Promise.all(Array.from({ length: 10 }, (_, at) => buy(api, voucherId, at + 1)))
    expect(new Set(first.map(({ body }) => body.error))).toEqual(new Set(['OUTCOME_UNKNOWN']))
    // Where a second has passed, one purchase finds out.
    await vi.waitFor(async () => expect((await buy(api, voucherId, 11)).body.error).toBe('UNAVAILABLE'))
    redis.up()
    await vi.waitFor(async () => expect((await buy(api, voucherId, 12)).status).toBe(202), { timeout: 30_000 })
    expect(api.dependencies.circuit.state()).toBe('closed')
  })

  it("an admin's change is saved, answered 202 and repeated by the next sync", async () => {
    const { voucherId, campaign } = await startSale(api)
    redis.down()
    const answer = await callAdmin(api, { method: 'POST', path: `/campaigns/${voucherId}/pause` })
    expect(answer).toMatchObject({ status: 202, body: { data: { gate: { status: 'pending' } } } })
    redis.up()
    const saved = (await api.dependencies.campaigns.refresh()).get(voucherId)
    if (saved === undefined) throw new Error('the campaign is in MySQL')
    expect(saved).toMatchObject({ state: 'PAUSED', version: campaign.version + 1 })
    await vi.waitFor(async () => expect(await api.dependencies.keeper.sync(saved)).toEqual({ status: 'in-step' }))
    expect(await api.dependencies.gate.audit(voucherId)).toMatchObject({ state: 'PAUSED', version: saved.version })
  })
})
