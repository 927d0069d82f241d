import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin, type Role } from './call-admin.js'
import { orderOf } from './orders.js'
import { startSale } from './sale.js'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const get = (path: string, role: Role = 'viewer') => callAdmin(api, { method: 'GET', path, role })

describe('GET /admin/v1/orders', () => {
  it('finds the orders of a voucher, of a user and in a state, page by page', async () => {
    const sale = await startSale(api, { total: 5 })
    const { voucherId } = sale
    const orders = [await orderOf(api, 1, sale), await orderOf(api, 2, sale), await orderOf(api, 3, sale)]
    const first = (await get(`/orders?voucherId=${voucherId}&limit=2`)).body.data
    expect(first.orders).toMatchObject(orders.slice(0, 2))
    expect(first.orders[0]).toMatchObject({ units: 1, priceMinor: 990, state: 'PENDING_PAYMENT', closingReason: null })
    const second = (await get(`/orders?voucherId=${voucherId}&limit=2&after=${first.next}`)).body.data
    expect(second).toMatchObject({ orders: [orders[2]], next: null })
    expect((await get(`/orders?userId=2&voucherId=${voucherId}`)).body.data.orders).toMatchObject([orders[1]])
    expect((await get(`/orders?voucherId=${voucherId}&state=PAID`)).body.data.orders).toEqual([])
  })

  it('has to name a voucher or a user, and a page that was named before', async () => {
    for (const query of ['', '?state=PAID', '?voucherId=7&after=x', '?voucherId=0']) {
      expect(await get(`/orders${query}`)).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
    }
    expect((await get('/orders?voucherId=7', 'buyer')).status).toBe(403)
  })
})

describe('GET /admin/v1/orders/export', () => {
  it('writes every order of a voucher as CSV, however many pages they are', async () => {
    const sale = await startSale(api, { total: 5 })
    const { voucherId } = sale
    const { orderId, traceId } = await orderOf(api, 1, sale)
    const { db } = api.database
    const {
      id: _id,
      reservation_id: _reservation,
      ...made
    } = await db.selectFrom('orders').selectAll().where('id', '=', orderId).executeTakeFirstOrThrow()
    const more = Array.from({ length: 2_100 }, (_, at) => {
      return {
        ...made,
        id: `more-${voucherId}-${at}`,
        reservation_id: `${voucherId}-more-${at}`,
        user_id: 2 + (at % 7),
      }
    })
    await db.insertInto('orders').values(more).execute()
    const answer = await get(`/orders/export?voucherId=${voucherId}`)
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
      `attachment; filename="orders-${voucherId}.csv"`,
    ])
    const [names, ...lines] = String(answer.body).trimEnd().split('\r\n')
    expect(names).toBe(
      'orderId,traceId,voucherId,userId,units,priceMinor,currency,state,closingReason,createdAt,payBefore,updatedAt',
    )
    const { created_at, pay_before, updated_at } = made
    const moments = [created_at, pay_before, updated_at].map((time) => new Date(time).toISOString())
    expect(lines[0]).toBe([orderId, traceId, voucherId, 1, 1, 990, 'CNY', 'PENDING_PAYMENT', '', ...moments].join(','))
    expect(new Set(lines.map((line) => line.split(',')[0]))).toEqual(new Set([orderId, ...more.map(({ id }) => id)]))
    expect(lines).toHaveLength(2_101)
  })

  it('of a voucher without orders is the line of names; without a voucher or a user it is 400', async () => {
    const { voucherId } = await startSale(api)
    expect((await get(`/orders/export?voucherId=${voucherId}`)).body).toMatch(/^orderId,.*updatedAt\r\n$/)
    expect((await get('/orders/export')).body.error).toBe('INVALID_REQUEST')
  })
})
