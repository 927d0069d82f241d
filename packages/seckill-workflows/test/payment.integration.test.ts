import { cancelPurchase, startPayment } from 'seckill-store/mysql'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { countUnits, readBooks } from './harness/books.js'
import { newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'
import { startWorker, type TestWorker } from './harness/worker.js'

let sale: Sale
let worker: TestWorker
beforeAll(async () => {
  sale = await startSale()
  worker = await startWorker(newRunId(0), sale.activities, sale.db)
})
afterEach(() => sale.sandbox.behave({}))
afterAll(async () => {
  await worker.stop()
  await sale.close()
})

/** A run of one lane whose order has so long to be paid; resolves once the order is there. */
async function awaitingPayment(payWindowMs: number) {
  const voucherId = await sale.open({ total: 1, payWindowMs })
  const runId = newRunId(voucherId)
  const [lane] = await sale.admit(voucherId, runId, [{ userId: 1 }])
  if (lane === undefined) throw new Error('no lane')
  const handle = await worker.start(runId, [lane])
  await expect.poll(() => stateOf(lane.reservationId), { timeout: 60_000 }).toBe('PENDING_PAYMENT')
  return { voucherId, handle, reservationId: lane.reservationId, orderId: `O-${lane.reservationId}` }
}

async function stateOf(reservationId: string) {
  const row = await sale.db
    .selectFrom('orders')
    .select('state')
    .where('reservation_id', '=', reservationId)
    .executeTakeFirst()
  return row?.state
}

/** The payment of user 1's order, created at the provider as the API does it. */
async function started(orderId: string) {
  const answer = await startPayment(sale.db, { userId: 1, orderId, provider: 'sandbox' })
  if (answer?.status !== 'started') throw new Error(`The order is ${answer?.state}.`)
  const { id, amount_minor, currency, expires_at, created_at, title } = answer.payment
  return sale.payment.provider.create({
    paymentId: id,
    providerPaymentId: null,
    requestedAt: created_at,
    amountMinor: amount_minor,
    currency,
    description: title,
    expiresAt: expires_at,
    returnUrl: sale.payment.returnUrl,
  })
}

async function paymentOf(orderId: string) {
  return sale.db.selectFrom('payments').selectAll().where('order_id', '=', orderId).executeTakeFirst()
}

async function endOf({ voucherId, handle }: Awaited<ReturnType<typeof awaitingPayment>>) {
  const { except } = await handle.result()
  const { orders, purchases } = await readBooks(sale.db, voucherId)
  return { codes: except.map(({ cause }) => cause?.code), order: orders[0], purchase: purchases[0] }
}

describe('seed fault 12, there was no payment: an order that is not paid in time', () => {
  it('expires without a word to the provider when no payment was started, and its unit is back on sale', async () => {
    const run = await awaitingPayment(300)
    expect(await endOf(run)).toMatchObject({
      codes: ['PAYMENT_EXPIRED'],
      order: { state: 'EXPIRED', closing_reason: 'PAYMENT_EXPIRED' },
      purchase: { state: 'EXPIRED', reason: 'PAYMENT_EXPIRED' },
    })
    expect(await countUnits(sale.db, run.voucherId)).toMatchObject({ quantity: 1, claimed: 0, slots: 0, ordered: 0 })
    expect(await sale.gate.audit(run.voucherId)).toMatchObject({ stock: 1, held: 0 })
  })

  it('is closed at the provider first when a payment was started', async () => {
    const run = await awaitingPayment(1_500)
    const { id } = await started(run.orderId)
    expect(await endOf(run)).toMatchObject({ order: { state: 'EXPIRED' }, purchase: { state: 'EXPIRED' } })
    expect(await paymentOf(run.orderId)).toMatchObject({ state: 'CLOSED', provider_id: id })
    const { payments } = await sale.payment.provider.list({ createdFrom: 0, createdBefore: Date.now() + 60_000 })
    expect(payments.find((payment) => payment.id === id)).toMatchObject({ state: 'closed' })
  })

  it('is paid when the provider has captured it and the callback was lost', async () => {
    const run = await awaitingPayment(1_500)
    const { payUrl } = await started(run.orderId)
    await sale.sandbox.pay(payUrl as string)
    expect(await endOf(run)).toMatchObject({ codes: [], order: { state: 'PAID' }, purchase: { state: 'PAID' } })
    expect(await paymentOf(run.orderId)).toMatchObject({ state: 'CAPTURED' })
    expect(await sale.gate.audit(run.voucherId)).toMatchObject({ stock: 0, held: 1 })
  })

  it('stays closing while the provider is silent, and expires once it answers', async () => {
    const run = await awaitingPayment(1_500)
    await started(run.orderId)
    await sale.sandbox.kill()
    await expect.poll(() => stateOf(run.reservationId), { timeout: 60_000 }).toBe('CLOSING')
    expect(await startPayment(sale.db, { userId: 1, orderId: run.orderId, provider: 'sandbox' })).toEqual({
      status: 'closed',
      state: 'CLOSING',
    })
    await sale.sandbox.restart()
    expect(await endOf(run)).toMatchObject({ order: { state: 'EXPIRED' } })
  })
})

describe('a purchase that its buyer cancels', () => {
  it('ends as cancelled when it was cancelled before its order was made', async () => {
    const voucherId = await sale.open({ total: 1, payWindowMs: 60_000 })
    const runId = newRunId(voucherId)
    const [lane] = await sale.admit(voucherId, runId, [{ userId: 1 }])
    const run = sale.run(voucherId)
    await run.actUpTo('deductStock', lane ? [lane] : [])
    const reservationId = lane?.reservationId as string
    expect(await cancelPurchase(sale.db, { userId: 1, reservationId })).toMatchObject({ state: 'PROCESSING' })
    expect(await run.act('createOrder', lane ? [lane] : [])).toEqual({ [reservationId]: 'CANCELLED_BY_BUYER' })
    await run.undoFrom('createOrder', lane ? [lane] : [], { kind: 'refused', code: 'CANCELLED_BY_BUYER' })
    const { purchases } = await readBooks(sale.db, voucherId)
    expect(purchases[0]).toMatchObject({ state: 'CANCELLED', reason: 'CANCELLED_BY_BUYER', order_id: null })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 1, held: 0 })
  })

  it('ends as cancelled while its order awaits payment, and its run is told by a message', async () => {
    const run = await awaitingPayment(60_000)
    const cancelled = await cancelPurchase(sale.db, { userId: 1, reservationId: run.reservationId })
    expect(cancelled).toMatchObject({ state: 'AWAITING_PAYMENT', order: 'CLOSING', owner: run.handle.workflowId })
    await worker.tell(run.handle, [run.reservationId])
    expect(await endOf(run)).toMatchObject({
      codes: ['CANCELLED_BY_BUYER'],
      order: { state: 'CANCELLED' },
      purchase: { state: 'CANCELLED', reason: 'CANCELLED_BY_BUYER' },
    })
    expect(await sale.gate.audit(run.voucherId)).toMatchObject({ stock: 1, held: 0 })
  })

  it('is left alone by a cancel of another user', async () => {
    const run = await awaitingPayment(60_000)
    expect(await cancelPurchase(sale.db, { userId: 2, reservationId: run.reservationId })).toBeUndefined()
    expect(await stateOf(run.reservationId)).toBe('PENDING_PAYMENT')
    await worker.paid(run.handle)
  })
})

describe('a run that is cancelled while its orders await payment', () => {
  it('closes them, at the provider first, and gives their units back', async () => {
    const run = await awaitingPayment(60_000)
    const { id } = await started(run.orderId)
    await run.handle.cancel()
    await expect(run.handle.result()).rejects.toThrow('Workflow execution cancelled')
    const { orders, purchases } = await readBooks(sale.db, run.voucherId)
    expect(orders[0]).toMatchObject({ state: 'CANCELLED', closing_reason: 'RUN_CANCELLED' })
    expect(purchases[0]).toMatchObject({ state: 'CANCELLED' })
    expect(await paymentOf(run.orderId)).toMatchObject({ state: 'CLOSED', provider_id: id })
    expect(await sale.gate.audit(run.voucherId)).toMatchObject({ stock: 1, held: 0 })
  })

  it('keeps an order that turns out to be paid', async () => {
    const run = await awaitingPayment(60_000)
    const { payUrl } = await started(run.orderId)
    await sale.sandbox.pay(payUrl as string)
    await run.handle.cancel()
    await run.handle.result().catch(() => undefined)
    const { orders, purchases } = await readBooks(sale.db, run.voucherId)
    expect(orders[0]).toMatchObject({ state: 'PAID' })
    expect(purchases[0]).toMatchObject({ state: 'PAID' })
    expect(await sale.gate.audit(run.voucherId)).toMatchObject({ stock: 0, held: 1 })
  })
})
