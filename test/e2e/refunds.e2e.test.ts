import { type OpenOrder, openOrders, payAt, startPayment } from 'seckill-cli/payers'
import { awaitPayments, awaitRest, signToken } from 'seckill-cli/sale'
import { paymentIdOf, refundIdOf, requestRefund } from 'seckill-store/mysql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCommand } from './run-command.js'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

let under: SaleUnderTest
let voucherId: number
let orders: readonly OpenOrder[]

/** Two orders that are sold and paid. */
beforeAll(async () => {
  under = await openSaleUnderTest()
  const { api, secret } = under.sale
  voucherId = await under.putOnSale(2)
  await under.rush(voucherId, { shoppers: 2, rate: 1_000 })
  await awaitRest(under.sources, voucherId, { timeoutMs: patienceMs })
  orders = await openOrders(under.sources.db, voucherId)
  const desk = { apiUrl: api.url, tokenOf: (userId: number) => signToken(secret, { userId }) }
  for (const order of orders) await payAt(await startPayment(desk, order))
  await awaitPayments(under.sources, voucherId, { timeoutMs: patienceMs })
})
afterAll(() => under?.close())

/** Has the provider fail the refunds of an order until it has failed so many of them. */
async function failRefunds({ orderId }: OpenOrder, refundFailures: number): Promise<void> {
  const { url, adminKey } = under.sale.provider
  const answer = await fetch(`${url}/admin/behaviour/references/${paymentIdOf(orderId)}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ refundFailures }),
  })
  expect(answer.status).toBe(200)
}

function stateOf({ orderId }: OpenOrder) {
  const order = under.sources.db.selectFrom('orders').select('state').where('id', '=', orderId)
  return order.executeTakeFirstOrThrow()
}

it('a refund that the provider fails is listed with its order and money, and goes on when an operator has it tried again', async () => {
  const [stuck, other] = orders as readonly [OpenOrder, OpenOrder]
  await failRefunds(stuck, 5)
  for (const { orderId } of orders)
    await requestRefund(under.sources.db, { orderId, actor: 'ann', reason: 'the event is cancelled' })
  const refundId = refundIdOf(paymentIdOf(stuck.orderId))
  const list = async () => (await runCommand('parked', 'list')).json
  await expect
    .poll(list, { timeout: 60_000, interval: 1_000 })
    .toMatchObject({ lanes: [{ lane: refundId, step: 'refund', code: 'REFUND_FAILED' }] })
  const about = { refundId, orderId: stuck.orderId, kind: 'ORDER', amountMinor: 990, currency: 'CNY', attempt: 5 }
  expect(await list()).toMatchObject({ refunds: [{ ...about, reason: 'the event is cancelled' }], silent: [] })
  expect([await stateOf(other), await stateOf(stuck)]).toEqual([{ state: 'REFUNDED' }, { state: 'REFUNDING' }])

  const purchases = await runCommand('parked', 'retry', '--all', '--yes', '--reason', 'test')
  expect(purchases).toMatchObject({ code: 0, json: { lanes: 0 } })
  const both = await runCommand('parked', 'retry', '--all', '--all-refunds', '--reason', 'test')
  expect(both).toMatchObject({ code: 1, json: { error: { code: 'FAILED' } } })
  const refunds = await runCommand('parked', 'retry', '--all-refunds', '--yes', '--reason', 'the provider is mended')
  expect(refunds).toMatchObject({ code: 0, json: { verb: 'retry', lanes: 1, declined: [], failed: [] } })
  await awaitPayments(under.sources, voucherId, { timeoutMs: patienceMs })
  expect(await stateOf(stuck)).toEqual({ state: 'REFUNDED' })
  expect(await list()).toEqual({ lanes: [], unlisted: {}, silent: [], refunds: [], putAside: [] })
})

it('units of refunded orders are sold again, and the sale adds up', async () => {
  await under.rush(voucherId, { shoppers: 2, rate: 1_000 })
  await awaitRest(under.sources, voucherId, { timeoutMs: patienceMs })
  expect(await openOrders(under.sources.db, voucherId)).toHaveLength(2)
  const certified = await under.certify(voucherId)
  expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
  expect(certified).toMatchObject({ oversold: 0, lost: 0, leaked: 0 })
})
