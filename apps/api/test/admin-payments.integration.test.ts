import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { listAudit } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin, type Role } from './call-admin.js'
import { booksOf, openedPayment, orderOf, type TestOrder } from './orders.js'
import { post, sendCallback } from './signed-callback.js'

let sandbox: Sandbox
let api: ApiUnderTest

beforeAll(async () => {
  sandbox = await startSandbox()
  api = await startApi({ sandbox })
})
afterAll(async () => {
  await api.close()
  await sandbox.close()
})

const call = (method: string, path: string, body?: unknown, role: Role = 'operator') =>
  callAdmin(api, { method, path, body, role })

const refund = ({ orderId }: Pick<TestOrder, 'orderId'>, body: unknown = { reason: 'a wrong voucher' }) =>
  call('POST', `/orders/${orderId}/refund`, body)

async function paidOrder(): Promise<TestOrder> {
  const order = await orderOf(api, 1)
  await sandbox.pay((await openedPayment(api, order)).payUrl)
  await expect.poll(async () => (await booksOf(api, order)).order.state).toBe('PAID')
  return order
}

describe('POST /admin/v1/orders/:orderId/refund', () => {
  it('requests the refund of a paid order with 202, once, and is audited with actor and reason', async () => {
    const order = await paidOrder()
    const refundId = `R-P-${order.orderId}`
    const answers = [await refund(order), await refund(order)]
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 202, body: { data: { orderId: order.orderId, refundId } } })
    }
    const { order: row, refunds } = await booksOf(api, order)
    expect(row.state).toBe('REFUNDING')
    expect(refunds).toMatchObject([{ id: refundId, kind: 'ORDER', state: 'REQUESTED', amount_minor: 990 }])
    const audit = await listAudit(api.database.db, `order:${order.orderId}`)
    expect(audit).toMatchObject([{ actor: 'user:9', action: 'order.refund', reason: 'a wrong voucher' }])
    expect(JSON.parse(audit[0]?.after_value ?? '')).toEqual({ refundId })
  })

  it('an order that is not paid is 409 with its state, an unknown one 404', async () => {
    const order = await orderOf(api, 1)
    expect(await refund(order)).toMatchObject({
      status: 409,
      body: { error: 'ORDER_NOT_PAID', data: { order: 'PENDING_PAYMENT' } },
    })
    expect((await booksOf(api, order)).refunds).toEqual([])
    expect((await refund({ orderId: 'O-none' })).status).toBe(404)
  })

  it('needs a reason and the role operator', async () => {
    const order = await paidOrder()
    for (const body of [{}, { reason: ' ' }, { reason: 'x'.repeat(257) }, { reason: 'a', amount: 1 }]) {
      expect((await refund(order, body)).body.error).toBe('INVALID_REQUEST')
    }
    expect((await call('POST', `/orders/${order.orderId}/refund`, { reason: 'a' }, 'buyer')).status).toBe(403)
    const viewed = await call('POST', `/orders/${order.orderId}/refund`, { reason: 'a' }, 'viewer')
    expect(viewed).toMatchObject({ status: 403, body: { error: 'OPERATOR_REQUIRED' } })
    expect((await booksOf(api, order)).order.state).toBe('PAID')
  })
})

describe('GET /admin/v1/payments/quarantine', () => {
  it('counts the callbacks by reason and shows the latest, newest first', async () => {
    const secret = sandbox.options.webhookSecrets[0] ?? ''
    await post(api, 'first')
    await sendCallback(api, `second ${'x'.repeat(5_000)}`, { secret })
    const { status, body } = await call('GET', '/payments/quarantine')
    expect(status).toBe(200)
    expect(body.data.counts).toEqual({ UNSIGNED: 1, MALFORMED: 1 })
    expect(body.data.latest).toMatchObject([
      { reason: 'MALFORMED', provider: 'sandbox', paymentId: null },
      { reason: 'UNSIGNED', body: 'first' },
    ])
    expect(body.data.latest[0].body).toHaveLength(1_024)
    expect((await call('GET', '/payments/quarantine', undefined, 'buyer')).status).toBe(403)
  })
})
