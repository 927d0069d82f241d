import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { booksOf, cancel, openedPayment, orderOf, startPayment, type TestOrder } from './orders.js'
import { startUrlProxy, type TcpProxy } from './proxy.js'
import { ask, buy, startSale } from './sale.js'

let sandbox: Sandbox
let redis: TcpProxy & { readonly url: string }
let own: ApiUnderTest
let api: ApiUnderTest

beforeAll(async () => {
  sandbox = await startSandbox({ timeoutMs: 1_000 })
  own = await startApi({ sandbox })
  redis = await startUrlProxy(process.env.REDIS_URL ?? '')
  const env = { REDIS_URL: redis.url, PURCHASE_MAX_IN_FLIGHT: '10', PAYMENT_MAX_IN_FLIGHT: '20' }
  api = await startApi({ sandbox, database: own.database, env })
})
afterEach(async () => {
  redis.replies('pass')
  await sandbox.behave({})
})
afterAll(async () => {
  await api.close()
  await redis.close()
  await own.close()
  await sandbox.close()
})

/** Orders of users 1, 2, …, made through the process without a limit. */
async function ordersOf(count: number): Promise<readonly TestOrder[]> {
  const sale = await startSale(own, { total: 100, users: 100 })
  const orders: TestOrder[] = []
  for (let user = 1; user <= count; user += 1) orders.push(await orderOf(own, user, sale))
  return orders
}

describe('payments, cancels and status have their own capacity', () => {
  it('while purchases hold every slot and wait for the gate, an order is paid, shown and cancelled', async () => {
    const [paid, cancelled] = await ordersOf(2)
    if (paid === undefined || cancelled === undefined) throw new Error('there are two orders')
    const { voucherId } = await startSale(own, { total: 100, users: 100 })
    redis.replies('withheld')
    const rush = Promise.all(Array.from({ length: 40 }, (_, index) => buy(api, voucherId, 50 + index)))
    await expect.poll(async () => (await buy(api, voucherId, 99)).status).toBe(429)

    const { payUrl } = await openedPayment(api, paid)
    await sandbox.pay(payUrl)
    await expect.poll(async () => (await ask(api, paid.traceId, paid.userId)).body.data.status).toBe('PAID')
    expect((await cancel(api, cancelled)).status).toBe(202)
    expect((await booksOf(own, cancelled)).order.state).toBe('CLOSING')
    expect((await buy(api, voucherId, 99)).status).toBe(429)
    redis.replies('pass')
    await rush
  })

  it('payments that wait for a slow provider are bounded, as a whole and by user; those that are open are answered', async () => {
    const orders = await ordersOf(24)
    const [open, ...others] = orders
    if (open === undefined) throw new Error('there are 24 orders')
    await openedPayment(api, open)
    await sandbox.behave({ slowMs: 800 })
    const waiting = Promise.all(others.map((order) => startPayment(api, order)))
    expect((await startPayment(api, open)).status).toBe(200)
    const statuses = (await waiting).map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(20)
    expect(statuses.filter((status) => status === 429)).toHaveLength(3)
    await sandbox.behave({})
    for (const order of others) expect([200, 201]).toContain((await startPayment(api, order)).status)
  })
})
