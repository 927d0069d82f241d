import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest
let authorization: string

beforeAll(async () => {
  api = await startApi()
  authorization = `Bearer ${await tokenOf(9, { role: 'operator' })}`
})
afterAll(() => api.close())

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  callAdmin(api, { method, path, body, headers })

function terms() {
  return {
    beginsAt: Date.now() - 60_000,
    endsAt: Date.now() + 3_600_000,
    limitPerUser: 1,
    priceMinor: 990,
    payWindowMs: 900_000,
  }
}
const voucher = { title: '五折券', listPriceMinor: 1_990, currency: 'CNY' }

describe('campaigns on the admin port', () => {
  it('a campaign is created, warmed up, opened, edited, paused, restocked and closed, and the gate follows', async () => {
    const voucherId = temporaryVoucherId()
    const path = `/campaigns/${voucherId}`
    const gate = () => api.dependencies.gate.audit(voucherId)

    const created = await call('POST', '/campaigns', { voucherId, voucher, total: 5, ...terms() })
    expect(created).toMatchObject({ status: 200, body: { data: { campaign: { state: 'DRAFT', version: 1 } } } })
    expect(await gate()).toBeNull()

    await call('POST', `${path}/warmup`)
    expect(await gate()).toMatchObject({ state: 'WARM', total: 5, stock: 5 })
    const opened = await call('POST', `${path}/open`)
    expect(opened.body.data).toMatchObject({ campaign: { state: 'OPEN' }, gate: { status: 'in-step' } })
    expect((await buy(api, voucherId, 1)).status).toBe(202)

    const etag = (await call('GET', path)).headers.get('etag') ?? ''
    expect((await call('PATCH', path, { limitPerUser: 2 })).status).toBe(428)
    expect((await call('PATCH', path, { limitPerUser: 2 }, { 'if-match': '"999"' })).body.error).toBe(
      'VERSION_CONFLICT',
    )
    const edited = await call('PATCH', path, { limitPerUser: 2 }, { 'if-match': etag })
    expect([edited.status, edited.body.data.campaign.limitPerUser]).toEqual([200, 2])
    expect((await buy(api, voucherId, 1)).status).toBe(202)

    await call('POST', `${path}/pause`)
    expect((await buy(api, voucherId, 2)).status).toBe(423)

    const once = { 'idempotency-key': 'restock-1' }
    await call('POST', `${path}/restock`, { units: 3 }, once)
    await call('POST', `${path}/restock`, { units: 3 }, once)
    expect(await gate()).toMatchObject({ total: 8, stock: 6, held: 2 })
    expect((await call('POST', `${path}/restock`, { total: 9 })).body.data.campaign.total).toBe(9)
    await call('POST', `${path}/restock`, { total: 8 })
    expect((await call('POST', `${path}/restock`, { total: 8 })).status).toBe(200)
    expect(await gate()).toMatchObject({ total: 8, stock: 6 })
    const { db } = api.database
    await db.updateTable('seckill_vouchers').set({ claimed: 3 }).where('voucher_id', '=', voucherId).execute()
    expect((await call('POST', `${path}/restock`, { units: -6 })).body.error).toBe('TOTAL_BELOW_SOLD')

    await call('POST', `${path}/close`)
    expect((await buy(api, voucherId, 2)).status).toBe(410)
    expect((await call('POST', `${path}/warmup`)).body.error).toBe('CAMPAIGN_STATE')
    const audit = await db.selectFrom('audit').select(['actor', 'action']).execute()
    const actions = ['create', 'warm', 'open', 'edit', 'pause', 'restock', 'restock', 'restock', 'close']
    expect(audit).toEqual(actions.map((action) => ({ actor: 'user:9', action: `campaign.${action}` })))
  })

  it.each([
    ['a restock past the greatest total', 'POST', '/restock', { units: 1 }],
    ['a total past the greatest one', 'POST', '/restock', { total: 1_000_000_001 }],
    ['an end after the year 9999', 'PATCH', '', { endsAt: 253_402_300_800_000 }],
  ])('%s changes nothing, and the sale can be paused', async (_, method, verb, body) => {
    const { voucherId, campaign } = await startSale(api, { total: 1_000_000_000 })
    const path = `/campaigns/${voucherId}`
    const refused = await call(method, `${path}${verb}`, body, { 'if-match': `"${campaign.version}"` })
    expect([refused.status, refused.body.error]).toEqual([400, 'INVALID_REQUEST'])
    expect((await call('GET', path)).body.data.campaign).toMatchObject({ version: campaign.version })
    expect((await call('POST', `${path}/pause`)).body.data.gate).toEqual({ status: 'in-step' })
    expect((await buy(api, voucherId, 80)).body.error).toBe('PAUSED')
  })

  it('creating again with the same key answers the campaign, with another key that it exists', async () => {
    const body = { voucherId: temporaryVoucherId(), voucher, total: 5, ...terms() }
    const key = { 'idempotency-key': `create-${body.voucherId}` }
    const first = await call('POST', '/campaigns', body, key)
    expect((await call('POST', '/campaigns', body, key)).body).toEqual(first.body)
    expect((await call('POST', '/campaigns', body)).body).toMatchObject({ code: 409, error: 'CAMPAIGN_EXISTS' })
    const cheaper = await call('POST', '/campaigns', { ...body, priceMinor: 1 }, key)
    expect([cheaper.status, cheaper.body.error]).toEqual([422, 'KEY_REUSED'])
  })

  it('a campaign that is refused leaves no voucher: a corrected one has its own title and currency', async () => {
    const voucherId = temporaryVoucherId()
    const typo = { title: 'typo', listPriceMinor: 200, currency: 'USD' }
    const refused = await call('POST', '/campaigns', { voucherId, voucher: typo, total: 5, ...terms(), endsAt: 1 })
    expect(refused.status).toBe(400)
    const made = await call('POST', '/campaigns', { voucherId, voucher, total: 5, ...terms() })
    expect(made.body.data.campaign).toMatchObject(voucher)
  })

  it.each([
    ['no total', { total: undefined }],
    ['a window that ends before it begins', { beginsAt: 2_000, endsAt: 1_000 }],
    ['a negative price', { priceMinor: -1 }],
    ['a limit of zero', { limitPerUser: 0 }],
    ['an unknown key', { state: 'OPEN' }],
  ])('refuses to create with %s', async (_what, change) => {
    const voucherId = temporaryVoucherId()
    const answer = await call('POST', '/campaigns', { voucherId, voucher, total: 5, ...terms(), ...change })
    expect([answer.status, answer.body.error]).toEqual([400, 'INVALID_REQUEST'])
    expect((await call('GET', `/campaigns/${voucherId}`)).status).toBe(404)
  })

  it('a verb on a campaign that does not exist is 404', async () => {
    expect((await call('POST', `/campaigns/${temporaryVoucherId()}/open`)).body.error).toBe('NOT_FOUND')
  })

  it.each([
    ['GET', '/warmup', 'POST'],
    ['GET', '/open', 'POST'],
    ['DELETE', '/pause', 'POST'],
    ['PUT', '/restock', 'POST'],
    ['GET', '/close', 'POST'],
    ['POST', '/certificate', 'GET, HEAD'],
    ['POST', '', 'GET, HEAD, PATCH'],
  ])('answers 405 to %s of a campaign%s', async (method, verb, allow) => {
    const answer = await call(method, `/campaigns/7${verb}`)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
  })

  it.each(['/health', '/ready', '/metrics'])('answers 405 to a POST of %s', async (path) => {
    const answer = await send(`${api.adminUrl}${path}`, { method: 'POST' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('needs the role admin, and is not on the shoppers’ port', async () => {
    const shopper = { authorization: `Bearer ${await tokenOf(1)}` }
    expect((await call('GET', '/campaigns', undefined, shopper)).status).toBe(403)
    expect((await call('GET', '/campaigns', undefined, { authorization: '' })).status).toBe(401)
    expect((await send(`${api.url}/admin/v1/campaigns`, { headers: { authorization } })).status).toBe(404)
  })

  it('the certificate counts the sale in MySQL, the gate and Temporal', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    const answer = await call('GET', `/campaigns/${voucherId}/certificate`)
    expect(answer.status).toBe(200)
    expect(answer.body.data).toMatchObject({ voucherId, stock: 4, orders: 0, oversold: 0, runs: { workflows: 0 } })
    expect(answer.body.data.invariants.ok).toBe(true)
    expect((await call('GET', `/campaigns/${temporaryVoucherId()}/certificate`)).status).toBe(404)
  })
})
