import { startPayers } from 'seckill-cli/payers'
import { awaitPayments, awaitRest, type SaleRole, tellProvider } from 'seckill-cli/sale'
import { killService, restartService, type ServiceName } from 'seckill-local-stack'
import { countDeliveries } from 'seckill-store/mysql'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

let under: SaleUnderTest
beforeAll(async () => {
  under = await openSaleUnderTest()
})
afterEach(() => tellProvider(under.sale, {}))
afterAll(() => under?.close())

/** Sells to as many shoppers as there are units, who all pay at once; a `fault` happens once a third of them have. */
async function sellAndPay(orders: number, payWindowMs: number, fault?: () => Promise<void>) {
  const voucherId = await under.putOnSale(orders, payWindowMs)
  await under.rush(voucherId, { shoppers: orders, rate: 2_000 })
  await awaitRest(under.sources, voucherId, { timeoutMs: patienceMs })
  const { api, secret } = under.sale
  const payers = startPayers(under.sources, { apiUrl: api.url, secret, voucherId, lastPlannedUser: 0 })
  if (fault !== undefined) {
    await expect
      .poll(() => countOrders(voucherId, 'PAID').catch(() => 0), { timeout: payWindowMs })
      .toBeGreaterThan(orders / 3)
    await fault()
  }
  await awaitPayments(under.sources, voucherId, { timeoutMs: payWindowMs + patienceMs })
  await payers.end()
  return voucherId
}

async function countOrders(voucherId: number, state: 'PAID' | 'EXPIRED'): Promise<number> {
  const { orders } = await under.sources.db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<number>().as('orders'))
    .where('voucher_id', '=', voucherId)
    .where('state', '=', state)
    .executeTakeFirstOrThrow()
  return orders
}

/** Every invariant of the sale and of its money holds; each order is paid, or expired. */
async function expectInvariants(voucherId: number, orders: number): Promise<void> {
  const certified = await under.certify(voucherId)
  expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
  expect(certified).toMatchObject({ oversold: 0, duplicates: 0, lost: 0, leaked: 0 })
  const [paid, expired] = [await countOrders(voucherId, 'PAID'), await countOrders(voucherId, 'EXPIRED')]
  console.log(`paid ${paid}, expired ${expired}`)
  expect(paid + expired).toBe(orders)
}

function process(role: SaleRole) {
  return async () => {
    await under.sale.kill(role)
    await under.sale.restart(role)
  }
}

function service(name: ServiceName) {
  return async () => {
    await killService(under.stack, name)
    await restartService(under.stack, name)
  }
}

describe('kill -9 while payments come in, then a restart', () => {
  it.each([
    ['the provider', process('provider')],
    ['the notifier', process('notifier')],
    ['the worker', process('worker')],
    ['the API', process('api')],
    ['Redis', service('redis')],
    ['MySQL', service('mysql')],
    ['Temporal', service('temporal')],
  ])(
    '%s: each order is paid or expired, the invariants of the money hold, and each buyer is told',
    async (_name, fault) => {
      const voucherId = await sellAndPay(300, 15_000, fault)
      await expectInvariants(voucherId, 300)
      const told = { sent: expect.any(Number), dead: 0, pending: 0, unplanned: 0 }
      await expect.poll(() => countDeliveries(under.sources.db, voucherId)).toEqual(told)
    },
  )
})

describe('a provider that doubles, reorders, delays beyond the time to pay, and drops half of its callbacks', () => {
  it('in a rush of 5,000: every order is paid or expired, and every invariant holds', async () => {
    const payWindowMs = 90_000
    await tellProvider(under.sale, {
      callbackDroppedShare: 0.5,
      callbackDoubledShare: 0.3,
      callbackReorderedShare: 0.3,
      callbackDelayedShare: 0.2,
      callbackDelayMs: 2 * payWindowMs,
    })
    const voucherId = await sellAndPay(5_000, payWindowMs)
    await expectInvariants(voucherId, 5_000)
    const { late } = await under.sources.db
      .selectFrom('purchases as p')
      .innerJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
      .select((eb) => eb.fn.max<number>(eb('p.ended_at', '-', eb.ref('o.pay_before'))).as('late'))
      .where('p.voucher_id', '=', voucherId)
      .where('p.state', '=', 'PAID')
      .executeTakeFirstOrThrow()
    console.log(`the last paid order was known to be paid ${late} ms after its time to pay`)
  }, 600_000)
})
