import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin, type Role } from './call-admin.js'
import { startSale } from './sale.js'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const call = (method: string, path: string, body?: object, role: Role = 'operator') =>
  callAdmin(api, { method, path, body, role })

const spring = { title: '春天', listPriceMinor: 500, currency: 'CNY' }

/** A new ordinary voucher. */
async function created() {
  const id = temporaryVoucherId()
  expect(await call('POST', '/vouchers', { id, ...spring })).toMatchObject({ status: 201 })
  return id
}

describe('/admin/v1/vouchers', () => {
  it('creates an ordinary voucher once', async () => {
    const id = await created()
    const voucher = { id, ...spring, status: 'ON_SALE', campaign: null }
    expect(await call('GET', `/vouchers/${id}`)).toMatchObject({ status: 200, body: { data: { voucher } } })
    const again = await call('POST', '/vouchers', { id, ...spring })
    expect(again).toMatchObject({ status: 409, body: { error: 'VOUCHER_EXISTS' } })
  })

  it('lists ordinary vouchers beside those that a campaign sells, page by page', async () => {
    const id = await created()
    const { voucherId } = await startSale(api)
    const { body } = await call('GET', '/vouchers?limit=500')
    const kinds = new Map(
      body.data.vouchers.map((one: { id: number; campaign: string | null }) => [one.id, one.campaign]),
    )
    expect([kinds.get(id), kinds.get(voucherId)]).toEqual([null, 'OPEN'])
    const ordinary = await call('GET', `/vouchers?kind=ORDINARY&after=${id - 1}&limit=1`)
    expect(ordinary.body.data).toMatchObject({ vouchers: [{ id }], next: id })
  })

  it('changes title, list price and status of a voucher, for an operator, with a reason in the audit', async () => {
    const id = await created()
    const change = { title: '夏天', listPriceMinor: 900, status: 'WITHDRAWN', reason: 'summer' }
    const viewer = await call('PATCH', `/vouchers/${id}`, change, 'viewer')
    expect(viewer).toMatchObject({ status: 403, body: { error: 'OPERATOR_REQUIRED' } })
    const { reason: _, ...changed } = change
    expect(await call('PATCH', `/vouchers/${id}`, change)).toMatchObject({
      status: 200,
      body: { data: { voucher: changed } },
    })
    const { body } = await call('GET', `/audit?subject=voucher:${id}`)
    expect(body.data.entries[0]).toMatchObject({ action: 'voucher.change', reason: 'summer' })
  })

  it('refuses to withdraw a voucher in the middle of its sale', async () => {
    const { voucherId } = await startSale(api)
    const answer = await call('PATCH', `/vouchers/${voucherId}`, { status: 'WITHDRAWN' })
    expect(answer).toMatchObject({ status: 409, body: { error: 'CAMPAIGN_STATE' } })
    expect((await call('GET', `/vouchers/${voucherId}`)).body.data.voucher).toMatchObject({ status: 'ON_SALE' })
  })

  it('refuses a change of nothing, another currency, and a voucher that is not there', async () => {
    const id = await created()
    for (const body of [{}, { currency: 'USD' }, { listPriceMinor: -1 }]) {
      const answer = await call('PATCH', `/vouchers/${id}`, body)
      expect(answer).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
    }
    const none = await call('PATCH', `/vouchers/${temporaryVoucherId()}`, { title: 'none' })
    expect(none).toMatchObject({ status: 404, body: { error: 'NOT_FOUND' } })
  })
})
