import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'
import {
  cancel,
  type OpenOrder,
  openOrders,
  type PayerDesk,
  payAt,
  startPayment,
  TooLateError,
} from 'seckill-cli/payers'
import { awaitPayments, awaitRest, signToken } from 'seckill-cli/sale'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

/** The two sides of a race act within so many milliseconds of each other. */
const raceMs = 50
/** The step by which a payment comes later after a race that it won, and earlier after one that it lost. */
const staircaseMs = 5
const races = 2_000
const ordersAVoucher = 100
const vouchersAtOnce = 10

let under: SaleUnderTest
let desk: PayerDesk
beforeAll(async () => {
  under = await openSaleUnderTest()
  const { api, secret } = under.sale
  desk = { apiUrl: api.url, tokenOf: (userId) => signToken(secret, { userId }) }
})
afterAll(() => under?.close())

interface Started {
  readonly order: OpenOrder
  readonly payUrl: string
}

/** One side of a race. @returns undefined when it came too late */
async function inTime<T>(side: Promise<T>): Promise<T | undefined> {
  try {
    return await side
  } catch (error) {
    if (error instanceof TooLateError) return undefined
    throw error
  }
}

/** Sells a voucher to as many shoppers, and starts the payment of each order whose time to pay is not over by then. */
async function soldAndStarted(
  payWindowMs: number,
): Promise<{ readonly voucherId: number; readonly started: readonly Started[] }> {
  const voucherId = await under.putOnSale(ordersAVoucher, payWindowMs)
  await under.rush(voucherId, { shoppers: ordersAVoucher, rate: 1_000 })
  await awaitRest(under.sources, voucherId, { timeoutMs: patienceMs })
  const orders = await openOrders(under.sources.db, voucherId)
  const started = orders.map(async (order) => ({ order, payUrl: await inTime(startPayment(desk, order)) }))
  return { voucherId, started: (await Promise.all(started)).filter(hasUrl) }
}

function hasUrl(one: { readonly order: OpenOrder; readonly payUrl: string | undefined }): one is Started {
  return one.payUrl !== undefined
}

interface Raced {
  readonly vouchers: readonly number[]
  /** The orders whose payment was started in time. */
  readonly orders: readonly string[]
}

/** Runs races until there have been enough, some vouchers at a time. */
async function race(
  { payWindowMs, atOnce }: { readonly payWindowMs: number; readonly atOnce: number },
  run: (started: Started) => Promise<unknown>,
): Promise<Raced> {
  const vouchers: number[] = []
  const orders: string[] = []
  while (orders.length < races) {
    const round = Array.from({ length: vouchersAtOnce }, async () => {
      const { voucherId, started } = await soldAndStarted(payWindowMs)
      await pLimit(atOnce).map(started, run)
      await awaitPayments(under.sources, voucherId, { timeoutMs: patienceMs })
      vouchers.push(voucherId)
      orders.push(...started.map(({ order }) => order.orderId))
    })
    await Promise.all(round)
  }
  return { vouchers, orders }
}

interface EndOfOrder {
  readonly orderId: string
  readonly order: string
  readonly payment: string
  readonly refund: string | null
}

/** The ends of the orders that have a payment, each with its money. */
async function endsOf(vouchers: readonly number[]): Promise<readonly EndOfOrder[]> {
  return under.sources.db
    .selectFrom('orders as o')
    .innerJoin('payments as p', 'p.order_id', 'o.id')
    .leftJoin('refunds as r', 'r.payment_id', 'p.id')
    .select(['o.id as orderId', 'o.state as order', 'p.state as payment', 'r.state as refund'])
    .where('o.voucher_id', 'in', vouchers)
    .execute()
}

/**
 * Each order is paid, or closed with any money refunded; every unit is sold or back on sale. An order whose payment was stored, and
 * opened too late, is one of them.
 */
async function expectPaidOrClosed({ vouchers, orders }: Raced, closed: string): Promise<void> {
  const ends = await endsOf(vouchers)
  const told = ends.map(({ orderId: _, ...end }) => JSON.stringify(end))
  console.log(`${closed} against PAID: ${JSON.stringify(countBy(told))}`)
  const allowed = [
    { order: 'PAID', payment: 'CAPTURED', refund: null },
    { order: closed, payment: 'CLOSED', refund: null },
    { order: closed, payment: 'CAPTURED', refund: 'DONE' },
  ].map((end) => JSON.stringify(end))
  expect(told.filter((end) => !allowed.includes(end))).toEqual([])
  const ended = new Set(ends.map(({ orderId }) => orderId))
  expect(ended.size).toBe(ends.length)
  expect(orders.filter((orderId) => !ended.has(orderId))).toEqual([])
  for (const voucherId of vouchers) {
    const certified = await under.certify(voucherId)
    expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
    expect(certified).toMatchObject({ oversold: 0, lost: 0, leaked: 0 })
  }
}

function countBy(texts: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...new Set(texts)].map((text) => [text, texts.filter((one) => one === text).length]))
}

/** Moves the payment of the next race by the end of this one, so that each side wins about half of them, whatever the load of the machine. */
function createStaircase(startMs: number) {
  let atMs = startMs
  return {
    /** Milliseconds from the start of a race to its payment. */
    next: () => atMs + (2 * Math.random() - 1) * raceMs,
    took: (paid: boolean) => {
      atMs += paid ? staircaseMs : -staircaseMs
    },
  }
}

async function tryToPay(payUrl: string): Promise<boolean> {
  return (await inTime(payAt(payUrl).then(() => true))) ?? false
}

describe('2,000 races of a payment, each within 50 ms of the other side', () => {
  it('against the expiry: each order is paid, or closed with any money refunded', async () => {
    const payment = createStaircase(0)
    const raced = await race({ payWindowMs: 8_000, atOnce: ordersAVoucher }, async ({ order, payUrl }) => {
      await delay(Math.max(1, order.payBefore - Date.now() + payment.next()))
      payment.took(await tryToPay(payUrl))
    })
    await expectPaidOrClosed(raced, 'EXPIRED')
  }, 600_000)

  it("against the buyer's cancel: each order is paid, or closed with any money refunded", async () => {
    const payment = createStaircase(100)
    const raced = await race({ payWindowMs: 600_000, atOnce: 5 }, async ({ order, payUrl }) => {
      const paid = delay(Math.max(1, payment.next())).then(() => tryToPay(payUrl))
      await Promise.all([inTime(cancel(desk, order)), paid])
      payment.took(await paid)
    })
    await expectPaidOrClosed(raced, 'CANCELLED')
  }, 600_000)
})
