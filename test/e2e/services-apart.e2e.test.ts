import { startPayers } from 'seckill-cli/payers'
import { awaitPayments, readSaleMode, type SaleRole } from 'seckill-cli/sale'
import { countDeliveries } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

const stock = 60
const shoppers = 90
const payWindowMs = 600_000
/** Requests that were sent when a process is killed. */
const killAt = 30

let under: SaleUnderTest
beforeAll(async () => {
  under = await openSaleUnderTest({}, {}, {}, true)
})
afterAll(() => under?.close())

/** The number of rows of a voucher. */
async function count(table: 'purchases' | 'user_claims' | 'voucher_claims', voucherId: number): Promise<number> {
  const { rows } = await under.sources.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  return rows
}

async function countPaid(voucherId: number): Promise<number> {
  const { orders } = await under.sources.db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<number>().as('orders'))
    .where('voucher_id', '=', voucherId)
    .where('state', '=', 'PAID')
    .executeTakeFirstOrThrow()
  return orders
}

/** The processes of a service, and what the sale does for all of its winners while they are down. */
const services: readonly (readonly [
  string,
  readonly SaleRole[],
  ((voucherId: number) => Promise<number>) | undefined,
])[] = [
  ['user: lanes are taken', ['user'], (voucherId) => count('purchases', voucherId)],
  ['voucher: users are checked', ['voucher'], (voucherId) => count('user_claims', voucherId)],
  ['stock: vouchers are checked', ['stock-1', 'stock-2'], (voucherId) => count('voucher_claims', voucherId)],
  ['order: the gate takes purchases', ['order-1', 'order-2'], undefined],
  ['payment: orders are made and paid', ['payment'], countPaid],
  ['notification: orders are made and paid', ['notifier'], countPaid],
  ['one process of stock: orders are made and paid', ['stock-1'], countPaid],
  ['one process of orders: orders are made and paid', ['order-1'], countPaid],
]

/** Sells all units to shoppers who pay at once, with a fault of these processes that `end` ends. */
async function sellWith(
  roles: readonly SaleRole[],
  reached: ((voucherId: number) => Promise<number>) | undefined,
  { begin, end, at }: { begin(role: SaleRole): unknown; end(role: SaleRole): unknown; readonly at: number },
): Promise<void> {
  const voucherId = await under.putOnSale(stock, payWindowMs)
  const { api, secret } = under.sale
  const payers = startPayers(under.sources, { apiUrl: api.url, secret, voucherId, lastPlannedUser: 0 })
  let fault: Promise<unknown> | undefined
  const beginAt = (sent: number) => {
    if (sent >= at) fault ??= Promise.all(roles.map(begin))
  }
  beginAt(0)
  const report = await under.rush(voucherId, { shoppers, rate: 200 }, beginAt)
  if (fault === undefined) throw new Error('The rush was over before the fault.')
  await fault
  expect(report.failures).toEqual({})
  expect(report.traceIds).toHaveLength(stock)
  if (reached !== undefined) await expect.poll(() => reached(voucherId), { timeout: 60_000 }).toBe(stock)
  await Promise.all(roles.map(end))
  await awaitPayments(under.sources, voucherId, { timeoutMs: patienceMs })
  await payers.end()
  const certified = await under.certify(voucherId)
  expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
  expect(certified).toMatchObject({ orders: stock, oversold: 0, duplicates: 0, lost: 0, leaked: 0 })
  const told = { sent: expect.any(Number), dead: 0, pending: 0, unplanned: 0 }
  await expect.poll(() => countDeliveries(under.sources.db, voucherId), { timeout: patienceMs }).toEqual(told)
}

describe('a service that is killed in mid-sale holds up only what needs it, and everything ends after its restart', () => {
  it.each(services)('%s', async (_name, roles, reached) => {
    const { sale } = under
    await sellWith(roles, reached, { begin: (role) => sale.kill(role), end: (role) => sale.restart(role), at: killAt })
  })
})

describe('a service that is frozen holds up only what needs it, and everything ends once it goes on', () => {
  it.each(services)('%s', async (_name, roles, reached) => {
    const { sale } = under
    await sellWith(roles, reached, { begin: (role) => sale.freeze(role), end: (role) => sale.thaw(role), at: 0 })
  })
})

it('each service has run its steps in a process of its own', async () => {
  expect(await readSaleMode(under.sale, 1)).toMatchObject({ split: true })
})
