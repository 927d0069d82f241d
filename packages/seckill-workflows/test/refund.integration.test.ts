import { ProviderUnavailableError } from 'seckill-payment'
import { newReservationId } from 'seckill-store/gate'
import { listAudit, refundIdOf, refundsWithoutRun } from 'seckill-store/mysql'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createRefundActivities } from '../src/activities/index.js'
import type { Refund } from '../src/contract/refund.js'
import { countUnits, readBooks } from './harness/books.js'
import { findPayment, lateMoney, type PaymentAtProvider, paidOrder, refundOrder } from './harness/paid-orders.js'
import { type RefundWorker, startRefundWorker } from './harness/refund-worker.js'
import { type Sale, startSale } from './harness/sale.js'

let sale: Sale
let worker: RefundWorker
beforeAll(async () => {
  sale = await startSale()
  const { db, gate, payment } = sale
  worker = await startRefundWorker(createRefundActivities({ db, gate, provider: payment.provider }))
})
afterEach(() => sale.sandbox.behave({}))
afterAll(async () => {
  await worker.stop()
  await sale.close()
})

/** The requested refund of a payment, as its run is started with it. */
async function requested({ paymentId }: PaymentAtProvider): Promise<Refund> {
  const refunds = await refundsWithoutRun(sale.db, 1_000)
  const refund = refunds.find(({ refundId }) => refundId === refundIdOf(paymentId))
  if (refund === undefined) throw new Error(`No refund of ${paymentId} waits for its run.`)
  return refund
}

/** Starts the run of a payment's refund; returns its workflow id. */
async function start(payment: PaymentAtProvider): Promise<string> {
  return worker.start(await requested(payment))
}

async function refundRow({ paymentId }: PaymentAtProvider) {
  return sale.db.selectFrom('refunds').selectAll().where('payment_id', '=', paymentId).executeTakeFirstOrThrow()
}

/** The refund in MySQL beside what the provider has given back. */
async function money(payment: PaymentAtProvider) {
  const [row, atProvider] = await Promise.all([refundRow(payment), findPayment(sale, payment)])
  return { state: row.state, attempt: row.attempt, owed: row.amount_minor, refunded: atProvider?.refundedMinor }
}

/** The lane of a run once it is parked. */
async function parked(workflowId: string) {
  const read = async () =>
    (await worker.sagas.run(workflowId).state()).notable.find(({ status }) => status === 'parked')
  await expect.poll(read, { timeout: 60_000 }).toBeDefined()
  return (await read())?.parked
}

function endOf(workflowId: string) {
  return worker.client.workflow.getHandle(workflowId).result()
}

/** The books in MySQL, and the units at the gate. */
async function ledgers(voucherId: number) {
  const [books, audit] = await Promise.all([readBooks(sale.db, voucherId), sale.gate.audit(voucherId)])
  return { ...books, stock: audit?.stock, held: audit?.held }
}

async function kindsTold({ reservationId }: PaymentAtProvider): Promise<readonly string[]> {
  const rows = await sale.db
    .selectFrom('notifications')
    .select('kind')
    .where('reservation_id', '=', reservationId)
    .execute()
  return rows.map(({ kind }) => kind)
}

describe('the refund of a paid order', () => {
  it('gives the money back once, and its units are on sale again once', async () => {
    const order = await paidOrder(sale, { quantity: 2 })
    const { voucherId, reservationId } = order
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 0, held: 2 })
    await refundOrder(sale, order)
    expect(await endOf(await start(order))).toMatchObject({ outcome: 'completed' })

    expect(await money(order)).toEqual({ state: 'DONE', attempt: 1, owed: 1_980, refunded: 1_980 })
    const { orders, purchases, ledger } = await readBooks(sale.db, voucherId)
    expect(orders).toMatchObject([{ state: 'REFUNDED' }])
    expect(purchases).toMatchObject([{ state: 'REFUNDED', reason: 'ORDER_REFUNDED', ended_at: expect.any(Number) }])
    expect(ledger.filter(({ kind }) => kind === 'RESTORE')).toMatchObject([{ reference: reservationId, units: 2 }])
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 2, claimed: 0, claimedRows: 0, slots: 0 })
    expect(await sale.gate.audit(voucherId)).toMatchObject({ stock: 2, held: 0 })
    expect(await sale.gate.hold(voucherId, reservationId)).toMatchObject({
      state: 'RELEASED',
      reason: 'ORDER_REFUNDED',
    })
    expect((await kindsTold(order)).filter((kind) => kind === 'REFUNDED')).toHaveLength(1)
    const again = { voucherId, userId: 1, quantity: 2, reservationId: newReservationId(voucherId) }
    expect(await sale.gate.admit(again)).toMatchObject({ status: 'admitted' })
  })

  it('is started as often as one likes: it has one run', async () => {
    const order = await paidOrder(sale)
    const refundId = await refundOrder(sale, order)
    const refund = await requested(order)
    expect(refund).toMatchObject({ refundId, orderId: order.orderId, kind: 'ORDER' })
    const [first, second] = await Promise.all([worker.start(refund), worker.start(refund)])
    expect(first).toBe(second)
    await endOf(first)
    await endOf(await worker.start(refund))
    expect(await money(order)).toMatchObject({ state: 'DONE', attempt: 1, owed: 990, refunded: 990 })
    expect(await countUnits(sale.db, order.voucherId)).toMatchObject({ quantity: 1, restored: 1 })
  })

  it('that fails twice succeeds with its third attempt', async () => {
    const order = await paidOrder(sale)
    await sale.sandbox.behave({ refundFailures: 2 })
    await refundOrder(sale, order)
    expect(await endOf(await start(order))).toMatchObject({ outcome: 'completed' })
    expect(await money(order)).toEqual({ state: 'DONE', attempt: 3, owed: 990, refunded: 990 })
  })

  it('that is pending is asked about until the provider has paid it', async () => {
    const order = await paidOrder(sale)
    await sale.sandbox.behave({ refundPendingMs: 2_500 })
    await refundOrder(sale, order)
    const workflowId = await start(order)
    await expect.poll(() => refundRow(order)).toMatchObject({ state: 'PENDING', provider_id: expect.any(String) })
    expect(await countUnits(sale.db, order.voucherId)).toMatchObject({ quantity: 0, restored: 0 })
    expect(await endOf(workflowId)).toMatchObject({ outcome: 'completed' })
    expect(await money(order)).toEqual({ state: 'DONE', attempt: 1, owed: 990, refunded: 990 })
  })

  it('goes on by itself while the provider is silent, fails, or is killed behind the effect', async () => {
    const order = await paidOrder(sale)
    await sale.sandbox.behave({ seed: 3, silentShare: 0.3, error500Share: 0.3, afterEffectShare: 0.5 })
    await refundOrder(sale, order)
    const workflowId = await start(order)
    await sale.sandbox.kill()
    await expect(findPayment(sale, order)).rejects.toThrow(ProviderUnavailableError)
    await sale.sandbox.restart()
    await sale.sandbox.behave({})
    expect(await endOf(workflowId)).toMatchObject({ outcome: 'completed' })
    expect(await money(order)).toEqual({ state: 'DONE', attempt: 1, owed: 990, refunded: 990 })
  })
})

describe('a refund that the provider fails for ever', () => {
  it('parks after five attempts with the reason, and an operator has it tried again, once each time', async () => {
    const stuck = await paidOrder(sale)
    await sale.sandbox.behaveTo(stuck.paymentId, { refundFailures: 6 })
    await refundOrder(sale, stuck)
    const workflowId = await start(stuck)
    expect(await parked(workflowId)).toMatchObject({
      step: 'refund',
      phase: 'action',
      code: 'REFUND_FAILED',
      message: expect.stringMatching(/^attempt 5 failed at the provider, as refund ref_/),
    })
    expect(await money(stuck)).toEqual({ state: 'FAILED', attempt: 5, owed: 990, refunded: 0 })
    expect(await countUnits(sale.db, stuck.voucherId)).toMatchObject({ quantity: 0, restored: 0 })

    const operation = { verb: 'retry', actor: 'ann', reason: 'the provider says that it is mended' } as const
    await worker.sagas.run(workflowId).operate({ ...operation, operationId: 'first' })
    await expect.poll(() => refundRow(stuck)).toMatchObject({ state: 'FAILED', attempt: 6 })
    await parked(workflowId)
    await worker.sagas.run(workflowId).operate({ ...operation, operationId: 'second' })
    expect(await endOf(workflowId)).toMatchObject({ outcome: 'completed' })
    expect(await money(stuck)).toEqual({ state: 'DONE', attempt: 7, owed: 990, refunded: 990 })
    expect(await countUnits(sale.db, stuck.voucherId)).toMatchObject({ quantity: 1, restored: 1 })
  })

  it('ends when an operator resolves it as made by hand; that is kept in the audit list', async () => {
    const order = await paidOrder(sale)
    const refundId = await refundOrder(sale, order)
    await sale.sandbox.behave({ refundFailures: 5 })
    const workflowId = await start(order)
    await parked(workflowId)
    const operation = { verb: 'resolve', actor: 'ann', reason: 'paid by bank transfer', operationId: 'hand' } as const
    await worker.sagas.run(workflowId).operate(operation)
    expect(await endOf(workflowId)).toMatchObject({ outcome: 'completed' })
    expect(await money(order)).toMatchObject({ state: 'DONE', attempt: 5, refunded: 0 })
    expect(await countUnits(sale.db, order.voucherId)).toMatchObject({ quantity: 1, restored: 1 })
    expect(await listAudit(sale.db, `refund:${refundId}`)).toMatchObject([
      { action: 'refund.resolved', actor: workflowId },
    ])
  })
})

describe('a refund that the provider is silent about', () => {
  it('holds up no other, and is made once the provider answers', async () => {
    const [silent, other] = [await paidOrder(sale), await paidOrder(sale)]
    await sale.sandbox.behaveTo(silent.paymentId, { silentShare: 1 })
    await refundOrder(sale, silent)
    await refundOrder(sale, other)
    const workflowId = await start(silent)
    await endOf(await start(other))
    expect(await countUnits(sale.db, other.voucherId)).toMatchObject({ quantity: 1, restored: 1 })
    expect(await refundRow(silent)).toMatchObject({ state: 'REQUESTED', attempt: 1 })
    await sale.sandbox.behaveTo(silent.paymentId, {})
    expect(await endOf(workflowId)).toMatchObject({ outcome: 'completed' })
    expect(await money(silent)).toEqual({ state: 'DONE', attempt: 1, owed: 990, refunded: 990 })
  })
})

describe('a refund that the provider refuses', () => {
  it("parks at once with the provider's reason", async () => {
    const order = await paidOrder(sale)
    const request = { attemptId: 'by-hand', providerPaymentId: order.providerId, amountMinor: 100, currency: 'CNY' }
    await sale.payment.provider.refund({ ...request, reason: 'a part of it was given back already' })
    await refundOrder(sale, order)
    const workflowId = await start(order)
    expect(await parked(workflowId)).toMatchObject({
      code: 'REFUND_REFUSED',
      message: expect.stringContaining('REFUND_EXCEEDS'),
    })
    expect(await money(order)).toEqual({ state: 'REQUESTED', attempt: 1, owed: 990, refunded: 100 })
    await worker.client.workflow.getHandle(workflowId).terminate('the test has seen it')
  })
})

describe('a refund whose rows do not fit', () => {
  it('parks before the provider is asked where MySQL does not have it', async () => {
    const order = await paidOrder(sale)
    await refundOrder(sale, order)
    const unknown = { ...(await requested(order)), refundId: 'R-nobody-has-requested' }
    const workflowId = await worker.start(unknown)
    expect(await parked(workflowId)).toMatchObject({ step: 'refund', code: 'REFUND_UNKNOWN' })
    expect(await money(order)).toMatchObject({ state: 'REQUESTED', refunded: 0 })
    await worker.client.workflow.getHandle(workflowId).terminate('the test has seen it')
  })

  it('parks behind its money where the order is not being refunded, and changes no unit', async () => {
    const order = await paidOrder(sale)
    await refundOrder(sale, order)
    await sale.db.updateTable('orders').set({ state: 'PAID' }).where('id', '=', order.orderId).execute()
    const before = await ledgers(order.voucherId)
    const workflowId = await start(order)
    expect(await parked(workflowId)).toMatchObject({ step: 'endRefund', code: 'REFUND_OUT_OF_PLACE' })
    expect(await money(order)).toMatchObject({ state: 'DONE', refunded: 990 })
    expect(await ledgers(order.voucherId)).toEqual(before)
    await sale.db.updateTable('orders').set({ state: 'REFUNDING' }).where('id', '=', order.orderId).execute()
    const operation = { verb: 'retry', actor: 'ann', reason: 'the order is right', operationId: 'right' } as const
    await worker.sagas.run(workflowId).operate(operation)
    expect(await endOf(workflowId)).toMatchObject({ outcome: 'completed' })
    expect(await countUnits(sale.db, order.voucherId)).toMatchObject({ quantity: 1, restored: 1 })
  })
})

describe('the refund of late money', () => {
  it('gives the money back and tells the buyer; order, stock and gate stay as they are', async () => {
    const late = await lateMoney(sale)
    expect(await refundRow(late)).toMatchObject({ kind: 'LATE', state: 'REQUESTED', owner: null })
    const before = await ledgers(late.voucherId)
    expect(await endOf(await start(late))).toMatchObject({ outcome: 'completed' })
    expect(await money(late)).toEqual({ state: 'DONE', attempt: 1, owed: 990, refunded: 990 })
    expect(await ledgers(late.voucherId)).toEqual(before)
    expect(await kindsTold(late)).toContain('REFUNDED')
  })
})
