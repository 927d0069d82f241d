import { type Kysely, sql } from 'kysely'
import type { Sandbox } from 'seckill-payment/testing'
import { checkInvariants } from 'seckill-store/invariants'
import { cancelPurchase, type Database } from 'seckill-store/mysql'
import { countRuns } from 'seckill-workflows/client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ApiUnderTest } from './api-under-test.js'
import { startApiWithRuns } from './api-with-runs.js'
import { booksOf, cancel, orderOf, startPayment, type TestOrder } from './orders.js'
import type { PurchaseRuns } from './purchase-runs.js'
import { ask, buy, send, startSale } from './sale.js'

let sandbox: Sandbox
let api: ApiUnderTest
let runs: PurchaseRuns
let close: () => Promise<void>

beforeAll(async () => {
  ;({ sandbox, api, runs, close } = await startApiWithRuns())
})
afterEach(() => sandbox.behave({}))
afterAll(() => close())

type Bought = Pick<TestOrder, 'traceId' | 'userId' | 'voucherId'>

/** A purchase that waits at the gate, of a sale of so many units. */
async function bought(userId = 1, total = 1): Promise<Bought> {
  const { voucherId } = await startSale(api, { total })
  const { traceId } = (await buy(api, voucherId, userId)).body.data
  return { voucherId, userId, traceId }
}

/** A purchase whose run awaits its payment. */
async function awaitingPayment(): Promise<TestOrder> {
  const purchase = await bought()
  await runs.start(purchase.voucherId)
  await expect.poll(() => statusOf(purchase)).toBe('AWAITING_PAYMENT')
  return { ...purchase, orderId: `O-${purchase.traceId}` }
}

async function statusOf({ traceId, userId }: Bought): Promise<string> {
  return (await ask(api, traceId, userId)).body.data?.status
}

async function unitsOf({ voucherId }: Bought) {
  const audit = await api.dependencies.gate.audit(voucherId)
  const { db } = api.database
  const stock = await db.selectFrom('stock').selectAll().where('voucher_id', '=', voucherId).executeTakeFirstOrThrow()
  return { gate: audit?.stock, held: audit?.held, mysql: stock.quantity }
}

/** Nothing of the sale is on its way, all ledgers agree, and its one unit is for sale again. */
async function expectAtRest(purchase: Bought): Promise<void> {
  const { db } = api.database
  await db.updateTable('request_tallies').set({ count: 0 }).where('voucher_id', '=', purchase.voucherId).execute()
  await expect
    .poll(async () => {
      const { voucherId } = purchase
      const counted = await countRuns(runs.client, voucherId)
      const sale = { db, gate: api.dependencies.gate, voucherId, runs: counted, atRest: true }
      return (await checkInvariants(sale)).checks.filter(({ ok }) => ok !== true)
    })
    .toEqual([])
  expect(await unitsOf(purchase)).toEqual({ gate: 1, held: 0, mysql: 1 })
}

/** Resolves once another session waits for a lock in a statement that begins so. */
async function untilRunning(holder: Kysely<Database>, beginning: string): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      SELECT id FROM information_schema.processlist
      WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE ${`${beginning}%`}`.execute(holder)
    if (rows.length > 0) return
  }
}

describe('DELETE /api/v1/purchases/:traceId', () => {
  it('a queued purchase is cancelled at once with 200, its unit is sold to the next, and no run gets it', async () => {
    const purchase = await bought()
    expect((await buy(api, purchase.voucherId, 2)).body.error).toBe('SOLD_OUT')
    const answer = await cancel(api, purchase)
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { traceId: purchase.traceId, status: 'CANCELLED', reason: 'CANCELLED_BY_BUYER' } },
    })
    await expect.poll(async () => (await buy(api, purchase.voucherId, 2)).status, { interval: 10 }).toBe(202)
    await runs.start(purchase.voucherId)
    expect(await countRuns(runs.client, purchase.voucherId)).toMatchObject({ lanes: 1 })
    expect(await statusOf(purchase)).toBe('CANCELLED')
  })

  it('a queued purchase that is cancelled leaves the ledgers of the sale in agreement', async () => {
    const purchase = await bought()
    await cancel(api, purchase)
    await expect(runs.take(purchase.voucherId)).rejects.toThrow('empty')
    await expectAtRest(purchase)
  })

  it('a purchase that is in a run which does not own it yet is cancelled, and its run does nothing', async () => {
    const purchase = await bought()
    const start = await runs.take(purchase.voucherId)
    expect(await cancel(api, purchase)).toMatchObject({ status: 200, body: { data: { status: 'CANCELLED' } } })
    const report = await (await start()).result()
    expect(report.except).toMatchObject([{ outcome: 'duplicate' }])
    await expectAtRest(purchase)
  })

  it('a purchase in process is 202, and its run ends it before it has an order', async () => {
    const purchase = await bought()
    const held = await api.database.db.startTransaction().execute()
    const campaign = held.selectFrom('seckill_vouchers').selectAll().where('voucher_id', '=', purchase.voucherId)
    await campaign.forUpdate().execute()
    const run = await runs.start(purchase.voucherId)
    await untilRunning(held, 'update `seckill_vouchers`')
    expect(await cancel(api, purchase)).toMatchObject({ status: 202, body: { data: { status: 'PROCESSING' } } })
    await held.rollback().execute()
    await run.result()
    expect((await ask(api, purchase.traceId, 1)).body.data).toMatchObject({
      status: 'CANCELLED',
      reason: 'CANCELLED_BY_BUYER',
    })
    expect(await cancel(api, purchase)).toMatchObject({ status: 200, body: { data: { status: 'CANCELLED' } } })
    await expectAtRest(purchase)
  })

  it('a purchase that awaits payment is 202, its order is closing for its buyer, and its unit is back soon', async () => {
    const order = await awaitingPayment()
    const answer = await cancel(api, order)
    expect(answer).toMatchObject({ status: 202, body: { data: { status: 'AWAITING_PAYMENT', isClosing: true } } })
    await expect.poll(() => statusOf(order)).toBe('CANCELLED')
    expect((await booksOf(api, order)).order).toMatchObject({
      state: 'CANCELLED',
      closing_reason: 'CANCELLED_BY_BUYER',
    })
    await expectAtRest(order)
  })

  it('a payment that was started is closed at the provider before the unit goes back', async () => {
    const order = await awaitingPayment()
    await startPayment(api, order)
    await cancel(api, order)
    await expect.poll(() => statusOf(order)).toBe('CANCELLED')
    expect((await booksOf(api, order)).payment).toMatchObject({ state: 'CLOSED' })
    await expectAtRest(order)
  })

  it('money that was on its way when the buyer cancelled pays the order, and nothing is restored', async () => {
    const order = await awaitingPayment()
    const { payUrl } = (await startPayment(api, order)).body.data
    await sandbox.behave({ callbackDroppedShare: 1 })
    await sandbox.pay(payUrl)
    expect((await cancel(api, order)).status).toBe(202)
    await expect.poll(() => statusOf(order)).toBe('PAID')
    expect(await unitsOf(order)).toEqual({ gate: 0, held: 1, mysql: 0 })
  })

  it('a late paid after a cancel makes a refund row, and moves neither stock nor the order', async () => {
    await sandbox.behave({ captureAfterCloseShare: 1, captureAfterCloseMs: 200 })
    const order = await awaitingPayment()
    await startPayment(api, order)
    await cancel(api, order)
    await expect
      .poll(async () => (await booksOf(api, order)).refunds)
      .toMatchObject([{ kind: 'LATE', amount_minor: 990 }])
    const { order: row, payment } = await booksOf(api, order)
    expect([row.state, payment?.state]).toEqual(['CANCELLED', 'CAPTURED'])
    await expect.poll(() => unitsOf(order)).toEqual({ gate: 1, held: 0, mysql: 1 })
  })

  it('a paid purchase is 409 and stays paid', async () => {
    const order = await awaitingPayment()
    await sandbox.pay((await startPayment(api, order)).body.data.payUrl)
    await expect.poll(() => statusOf(order)).toBe('PAID')
    const books = await booksOf(api, order)
    expect(await cancel(api, order)).toMatchObject({
      status: 409,
      body: { error: 'ALREADY_PAID', data: { orderId: order.orderId } },
    })
    expect(await booksOf(api, order)).toEqual(books)
  })

  it.each(['EXPIRED', 'REFUNDED', 'REFUSED'] as const)('a purchase that is %s is 200 with its state', async (state) => {
    const order = await orderOf(api, 1)
    const { db } = api.database
    const end = { state, reason: 'A_REASON', ended_at: 1 }
    await db.updateTable('purchases').set(end).where('reservation_id', '=', order.traceId).execute()
    await db.updateTable('orders').set({ state: 'EXPIRED' }).where('id', '=', order.orderId).execute()
    const books = await booksOf(api, order)
    expect(await cancel(api, order)).toMatchObject({
      status: 200,
      body: { data: { status: state, reason: 'A_REASON' } },
    })
    expect(await booksOf(api, order)).toEqual(books)
  })

  it("an unknown purchase and another user's are 404 and stay as they are", async () => {
    const queued = await bought()
    const order = await orderOf(api, 1)
    const unknown = { traceId: `${queued.voucherId}-${'a'.repeat(26)}`, userId: 1 }
    for (const one of [unknown, { ...queued, userId: 2 }, { ...order, userId: 2 }]) {
      expect((await cancel(api, one)).body.error).toBe('NOT_FOUND')
    }
    expect([await statusOf(queued), await statusOf(order)]).toEqual(['QUEUED', 'AWAITING_PAYMENT'])
    expect((await booksOf(api, order)).purchase.cancel_requested_at).toBeNull()
    const url = `${api.url}/api/v1/purchases/${queued.traceId}`
    expect((await send(url, { method: 'DELETE' })).status).toBe(401)
    expect((await cancel(api, { traceId: 'x', userId: 1 })).status).toBe(400)
  })

  it('two cancels of a queued purchase at the same time give its unit back once', async () => {
    const purchase = await bought(1, 3)
    const answers = await Promise.all([1, 2, 3, 4].map(() => cancel(api, purchase)))
    expect(answers.map(({ status, body }) => [status, body.data.status])).toEqual(Array(4).fill([200, 'CANCELLED']))
    expect(await unitsOf(purchase)).toEqual({ gate: 3, held: 0, mysql: 3 })
  })

  it('two cancels of a purchase that awaits payment end it once, and the second one is 200 afterwards', async () => {
    const order = await awaitingPayment()
    const answers = await Promise.all([cancel(api, order), cancel(api, order)])
    expect(answers.every(({ status }) => status === 202 || status === 200)).toBe(true)
    await expect.poll(() => statusOf(order)).toBe('CANCELLED')
    expect(await cancel(api, order)).toMatchObject({ status: 200, body: { data: { status: 'CANCELLED' } } })
    await expectAtRest(order)
  })

  it('a cancel that is committed before createOrder: the run makes no order', async () => {
    const purchase = await bought()
    const cancelling = await api.database.db.startTransaction().execute()
    // The run owns the purchase and waits in front of createOrder for the campaign's row.
    const blocker = await api.database.db.startTransaction().execute()
    const campaign = blocker.selectFrom('seckill_vouchers').selectAll().where('voucher_id', '=', purchase.voucherId)
    await campaign.forUpdate().execute()
    const run = await runs.start(purchase.voucherId)
    await untilRunning(blocker, 'update `seckill_vouchers`')
    await cancelPurchase(cancelling, { userId: 1, reservationId: purchase.traceId })
    await blocker.rollback().execute()
    await untilRunning(cancelling, 'update `purchases`')
    await cancelling.commit().execute()
    expect((await run.result()).except).toMatchObject([{ outcome: 'refused', cause: { step: 'createOrder' } }])
    expect((await ask(api, purchase.traceId, 1)).body.data).toMatchObject({
      status: 'CANCELLED',
      reason: 'CANCELLED_BY_BUYER',
    })
    await expectAtRest(purchase)
  })

  it('a cancel that waits for createOrder closes the order that it made', async () => {
    const purchase = await bought()
    const order = { ...purchase, orderId: `O-${purchase.traceId}` }
    const blocker = await api.database.db.startTransaction().execute()
    // createOrder has changed the purchase, and waits to insert the order.
    await blocker.insertInto('orders').values(strangerOf(order)).execute()
    await runs.start(purchase.voucherId)
    await untilRunning(blocker, 'insert into `orders`')
    const answer = cancel(api, order)
    await untilRunning(blocker, 'update `purchases`')
    await blocker.rollback().execute()
    expect(await answer).toMatchObject({ status: 202, body: { data: { status: 'AWAITING_PAYMENT', isClosing: true } } })
    await expect.poll(() => statusOf(order)).toBe('CANCELLED')
    expect((await booksOf(api, order)).order.state).toBe('CANCELLED')
    await expectAtRest(order)
  })
})

/** A row that no other transaction can insert an order with this id beside. */
function strangerOf({ orderId, traceId, voucherId }: TestOrder) {
  return {
    id: orderId,
    reservation_id: traceId,
    voucher_id: voucherId,
    user_id: 99,
    units: 1,
    price_minor: 1,
    currency: 'CNY',
    state: 'CANCELLED' as const,
    owner: 'nobody',
    created_at: 0,
    pay_before: 0,
    updated_at: 0,
  }
}
