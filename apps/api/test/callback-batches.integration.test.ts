import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { booksOf, metric, openedPayment, orderOf, type TestOrder } from './orders.js'
import { startProxy, startUrlProxy, type TcpProxy } from './proxy.js'
import { startSale } from './sale.js'
import { callbackText, sendCallback } from './signed-callback.js'

let sandbox: Sandbox
let mysql: TcpProxy & { readonly url: string }
let temporal: TcpProxy
let own: ApiUnderTest
let api: ApiUnderTest
let secret: string

beforeAll(async () => {
  sandbox = await startSandbox()
  own = await startApi({ sandbox })
  mysql = await startUrlProxy(own.database.url)
  const [host = '', port = ''] = (process.env.TEMPORAL_ADDRESS ?? '').split(':')
  temporal = await startProxy(host, Number(port))
  const env = { DATABASE_URL: mysql.url, TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}` }
  api = await startApi({ sandbox, database: own.database, env })
  secret = sandbox.options.webhookSecrets[0] ?? ''
})
afterAll(async () => {
  await api.close()
  await Promise.all([mysql.close(), temporal.close()])
  await own.close()
  await sandbox.close()
})

/** Orders of one sale whose payments are open, and the texts of the callbacks that capture them. */
async function payable(count: number) {
  const sale = await startSale(own, { total: count, users: count })
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const order = await orderOf(own, index + 1, sale)
      const { id, providerId, amount } = await openedPayment(own, order)
      return { order, text: callbackText({ id: providerId, merchantReference: id, amount, state: 'captured' }) }
    }),
  )
}

async function orderStates(orders: readonly { readonly order: TestOrder }[]) {
  return Promise.all(orders.map(async ({ order }) => (await booksOf(own, order)).order.state))
}

describe('callbacks that come together', () => {
  it('share transactions: 100 of them are paid in fewer', async () => {
    const orders = await payable(100)
    const before = await metric(api, 'seckill_payment_transaction_callbacks_count')
    const answers = await Promise.all(orders.map(({ text }) => sendCallback(api, text, { secret })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]))
    expect(new Set(await orderStates(orders))).toEqual(new Set(['PAID']))
    expect(await metric(api, 'seckill_payment_transaction_callbacks_count')).toBeLessThan(before + 50)
  })

  it('one that cannot be stored is 503 and the others are stored; sent again later, it is stored too', async () => {
    const orders = await payable(20)
    const [first] = orders
    if (first === undefined) throw new Error('there are 20 orders')
    const held = await own.database.db.startTransaction().execute()
    await held.selectFrom('orders').select('id').where('id', '=', first.order.orderId).forUpdate().execute()
    const answers = await Promise.all(orders.map(({ text }) => sendCallback(api, text, { secret })))
    await held.rollback().execute()
    expect(answers.map(({ status }) => status)).toEqual([503, ...Array(19).fill(204)])
    expect(await orderStates(orders)).toEqual(['PENDING_PAYMENT', ...Array(19).fill('PAID')])
    expect((await sendCallback(api, first.text, { secret })).status).toBe(204)
    expect(await orderStates(orders)).toEqual(Array(20).fill('PAID'))
  })

  it('while MySQL is away they are 503 with Retry-After, and the provider sends them again', async () => {
    const [paid] = await payable(1)
    if (paid === undefined) throw new Error('there is one order')
    mysql.down()
    try {
      const away = await sendCallback(api, paid.text, { secret })
      expect([away.status, away.body.error, away.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '1'])
      expect(await orderStates([paid])).toEqual(['PENDING_PAYMENT'])
    } finally {
      mysql.up()
    }
    await expect.poll(async () => (await sendCallback(api, paid.text, { secret })).status).toBe(204)
    expect(await orderStates([paid])).toEqual(['PAID'])
  })

  it('a run that cannot be told delays no answer, and is counted', async () => {
    const orders = await payable(3)
    const before = await metric(api, 'seckill_payment_lanes_untold_total')
    temporal.replies('withheld')
    try {
      const startedAt = performance.now()
      const answers = await Promise.all(orders.map(({ text }) => sendCallback(api, text, { secret })))
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 204])
      // A signal is given up after 5 s.
      expect(performance.now() - startedAt).toBeLessThan(4_500)
      expect(await orderStates(orders)).toEqual(['PAID', 'PAID', 'PAID'])
      await expect.poll(() => metric(api, 'seckill_payment_lanes_untold_total')).toBe(before + 3)
    } finally {
      temporal.replies('pass')
    }
  })
})
