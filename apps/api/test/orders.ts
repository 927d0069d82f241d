import { randomUUID } from 'node:crypto'
import { sellLanes } from 'seckill-store/testing'
import { expect } from 'vitest'
import type { ApiUnderTest } from './api-under-test.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

/** An order that awaits payment, and where it comes from. */
export interface TestOrder {
  readonly voucherId: number
  readonly userId: number
  readonly traceId: string
  readonly orderId: string
}

/** Buys a unit and sells it in MySQL as a run does; Temporal has no such run. */
export async function orderOf(
  api: ApiUnderTest,
  userId: number,
  sale?: { readonly voucherId: number },
): Promise<TestOrder> {
  const { voucherId } = sale ?? (await startSale(api))
  const { traceId } = (await buy(api, voucherId, userId)).body.data
  const runId = `purchase-${voucherId}-${randomUUID()}`
  const take = { voucherId, runId, maxLanes: 1, leaseMs: 60_000, maxOpenRuns: 100 }
  const taken = await api.dependencies.gate.take(take)
  if (!('lanes' in taken)) throw new Error(`The gate gave no run: ${taken.status}`)
  await sellLanes(api.database.db, taken.lanes, runId)
  return { voucherId, userId, traceId, orderId: `order-${traceId}` }
}

/** Starts the payment of an order. */
export async function startPayment(api: ApiUnderTest, { orderId, userId }: Pick<TestOrder, 'orderId' | 'userId'>) {
  const authorization = `Bearer ${await tokenOf(userId)}`
  return send(`${api.url}/api/v1/payments/${orderId}`, { method: 'POST', headers: { authorization } })
}

/** Cancels a purchase. */
export async function cancel(api: ApiUnderTest, { traceId, userId }: Pick<TestOrder, 'traceId' | 'userId'>) {
  const authorization = `Bearer ${await tokenOf(userId)}`
  return send(`${api.url}/api/v1/purchases/${traceId}`, { method: 'DELETE', headers: { authorization } })
}

/** The order and its payment as MySQL has them. */
export async function booksOf(api: ApiUnderTest, { orderId, traceId, voucherId }: TestOrder) {
  const { db } = api.database
  const [order, payment, refunds, purchase, stock] = await Promise.all([
    db.selectFrom('orders').selectAll().where('id', '=', orderId).executeTakeFirstOrThrow(),
    db.selectFrom('payments').selectAll().where('order_id', '=', orderId).executeTakeFirst(),
    db.selectFrom('refunds').selectAll().where('order_id', '=', orderId).execute(),
    db.selectFrom('purchases').selectAll().where('reservation_id', '=', traceId).executeTakeFirstOrThrow(),
    db.selectFrom('stock').selectAll().where('voucher_id', '=', voucherId).executeTakeFirstOrThrow(),
  ])
  return { order, payment, refunds, purchase, stock }
}

/** A payment of an order that the provider has opened. */
export async function openedPayment(api: ApiUnderTest, order: TestOrder) {
  const answer = await startPayment(api, order)
  expect(answer.status).toBe(201)
  const { payment } = await booksOf(api, order)
  if (payment?.provider_id == null || payment.pay_url === null) throw new Error('The payment was not opened.')
  return { id: payment.id, providerId: payment.provider_id, payUrl: payment.pay_url, amount: payment.amount_minor }
}

/** The value of a metric's line, 0 where it has none yet. */
export async function metric(api: ApiUnderTest, line: string): Promise<number> {
  const { body } = await send(`${api.url}/metrics`)
  const found = String(body)
    .split('\n')
    .find((text) => text.startsWith(`${line} `))
  return Number(found?.split(' ').at(-1) ?? 0)
}
