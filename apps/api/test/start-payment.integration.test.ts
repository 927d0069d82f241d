import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { booksOf, metric, orderOf, startPayment } from './orders.js'
import { send } from './sale.js'

let sandbox: Sandbox
let api: ApiUnderTest

beforeAll(async () => {
  sandbox = await startSandbox({ timeoutMs: 500 })
  api = await startApi({ sandbox })
})
afterEach(() => sandbox.behave({}))
afterAll(async () => {
  await api.close()
  await sandbox.close()
})

describe('POST /api/v1/payments/:orderId', () => {
  it('opens the payment of an order at the provider: 201 with its page; started again, it is the same with 200', async () => {
    const order = await orderOf(api, 1)
    const first = await startPayment(api, order)
    const { order: stored, payment } = await booksOf(api, order)
    expect(first).toMatchObject({
      status: 201,
      body: { data: { paymentId: `P-${order.orderId}`, payUrl: payment?.pay_url, payBefore: stored.pay_before } },
    })
    expect(payment).toMatchObject({ state: 'OPEN', amount_minor: 990, provider: 'sandbox' })
    const again = await startPayment(api, order)
    expect([again.status, again.body.data]).toEqual([200, first.body.data])
    const page = await send(first.body.data.payUrl, { headers: { accept: 'application/json' } })
    expect(page.status).toBe(200)
  })

  it('two starts at the same time are one payment at the provider', async () => {
    const order = await orderOf(api, 1)
    const answers = await Promise.all([startPayment(api, order), startPayment(api, order), startPayment(api, order)])
    expect(new Set(answers.map(({ body }) => body.data.payUrl)).size).toBe(1)
    expect(await paymentsAtProvider(order.orderId)).toHaveLength(1)
  })

  it('an unknown order, and the order of another user, are 404', async () => {
    const order = await orderOf(api, 1)
    const unknown = await startPayment(api, { ...order, orderId: 'O-none' })
    const foreign = await startPayment(api, { ...order, userId: 2 })
    expect([unknown, foreign].map(({ status, body }) => [status, body.error])).toEqual([
      [404, 'NOT_FOUND'],
      [404, 'NOT_FOUND'],
    ])
    expect((await booksOf(api, order)).payment).toBeUndefined()
  })

  it.each(['CLOSING', 'PAID', 'EXPIRED', 'CANCELLED', 'REFUNDING', 'REFUNDED'] as const)(
    'an order that is %s is 409, and gets no payment',
    async (state) => {
      const order = await orderOf(api, 1)
      await api.database.db.updateTable('orders').set({ state }).where('id', '=', order.orderId).execute()
      expect(await startPayment(api, order)).toMatchObject({
        status: 409,
        body: { error: 'ORDER_NOT_PAYABLE', data: { order: state } },
      })
      expect((await booksOf(api, order)).payment).toBeUndefined()
    },
  )

  it('an order whose time to pay is over is 409 before it is closed', async () => {
    const order = await orderOf(api, 1)
    await api.database.db
      .updateTable('orders')
      .set({ pay_before: Date.now() - 1 })
      .where('id', '=', order.orderId)
      .execute()
    expect(await startPayment(api, order)).toMatchObject({
      status: 409,
      body: { error: 'ORDER_NOT_PAYABLE', data: { order: 'CLOSING' } },
    })
  })

  it('while the provider fails it is 503 with Retry-After, the payment stays requested, and the next POST goes on', async () => {
    const order = await orderOf(api, 1)
    await sandbox.behave({ error500Share: 1 })
    const away = await startPayment(api, order)
    expect([away.status, away.body.error, away.headers.get('retry-after')]).toEqual([503, 'PAYMENT_UNAVAILABLE', '1'])
    expect((await booksOf(api, order)).payment).toMatchObject({ state: 'REQUESTED', provider_id: null })
    await sandbox.behave({})
    expect((await startPayment(api, order)).status).toBe(201)
    expect((await booksOf(api, order)).payment).toMatchObject({ state: 'OPEN' })
  })

  it('a provider that opens the payment and does not answer: 503, and the next POST is answered with that payment', async () => {
    const order = await orderOf(api, 1)
    await sandbox.behave({ silentShare: 1, afterEffectShare: 1 })
    expect((await startPayment(api, order)).status).toBe(503)
    await sandbox.behave({})
    const { status, body } = await startPayment(api, order)
    expect(status).toBe(201)
    const known = await paymentsAtProvider(order.orderId)
    expect(known.map(({ paymentUrl }) => paymentUrl)).toEqual([body.data.payUrl])
  })

  it('a payment that the provider refuses for good is 502 with its code', async () => {
    const order = await orderOf(api, 1)
    const weeks = Date.now() + 30 * 86_400_000
    await api.database.db.updateTable('orders').set({ pay_before: weeks }).where('id', '=', order.orderId).execute()
    expect(await startPayment(api, order)).toMatchObject({
      status: 502,
      body: { error: 'PAYMENT_REFUSED', data: { code: 'INVALID_REQUEST' } },
    })
  })

  it('a body with fields, a bad id and a missing token are refused', async () => {
    const order = await orderOf(api, 1)
    expect((await startPayment(api, { ...order, orderId: 'a%20b' })).status).toBe(400)
    expect((await send(`${api.url}/api/v1/payments/${order.orderId}`, { method: 'POST' })).status).toBe(401)
    expect((await send(`${api.url}/api/v1/payments/${order.orderId}`)).headers.get('allow')).toBe('POST')
  })

  it('counts starts by result and shows the state of the circuit', async () => {
    await startPayment(api, await orderOf(api, 1))
    expect(await metric(api, 'seckill_payment_starts_total{result="opened"}')).toBeGreaterThan(0)
    expect(await metric(api, 'seckill_payment_circuit{state="closed"}')).toBe(1)
  })
})

interface ProviderPayment {
  readonly paymentUrl: string
}

async function paymentsAtProvider(orderId: string): Promise<readonly ProviderPayment[]> {
  const { url, apiKey } = sandbox.options
  const query = new URLSearchParams({ merchantReference: `P-${orderId}` })
  const { body } = await send(`${url}/v1/payments?${query}`, { headers: { authorization: `Bearer ${apiKey}` } })
  return body.payments
}
