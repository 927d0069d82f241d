import { sql, type Transaction } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, OrderState } from '../database.js'
import { writeNotifications } from '../notifications/write.js'
import { orderTransitions, paymentTransitions, statesBefore } from '../transitions.js'
import { type LockedOrder, lockOrdersOf } from './lock-orders.js'
import { refundIdOf } from './payment-id.js'

/** A payment that the provider has captured. */
export interface Capture {
  readonly paymentId: string
  readonly providerId: string
}

/** A lane whose order has changed; its run is told by a message. */
export interface ChangedLane {
  readonly reservationId: string
  /** The workflow id of the run that owns the lane. */
  readonly owner: string
}

/** What captures changed: lanes whose orders are paid now, and payments that are to be refunded. */
export interface RecordedCaptures {
  readonly paid: readonly ChangedLane[]
  readonly late: readonly string[]
}

const payable = statesBefore(orderTransitions, 'PAID')
/** Orders that had closed before the money came. */
const closedUnpaid: readonly OrderState[] = ['EXPIRED', 'CANCELLED']

/**
 * Records captured payments. An order that can be paid is paid, whatever the time is; for one that has closed a refund of the money is
 * requested. Recorded again, a capture changes nothing.
 */
export async function recordCaptures(
  trx: Transaction<Database>,
  captures: readonly Capture[],
): Promise<RecordedCaptures> {
  const orders = await lockOrdersOf(
    trx,
    captures.map(({ paymentId }) => paymentId),
  )
  if (captures.length > 0) await markCaptured(trx, captures)
  const paid = orders.filter(({ state }) => payable.includes(state))
  const late = orders.filter(({ state }) => closedUnpaid.includes(state)).map(({ paymentId }) => paymentId)
  if (paid.length > 0) await payOrders(trx, paid)
  if (late.length > 0) await requestLateRefunds(trx, late)
  return { paid: paid.map(({ reservation_id: reservationId, owner }) => ({ reservationId, owner })), late }
}

async function markCaptured(trx: Transaction<Database>, captures: readonly Capture[]): Promise<void> {
  const providerIds = captures.map(({ paymentId, providerId }) => sql`WHEN ${paymentId} THEN ${providerId}`)
  await trx
    .updateTable('payments')
    .set({
      state: 'CAPTURED',
      provider_id: sql`CASE id ${sql.join(providerIds, sql` `)} END`,
      captured_at: nowMs,
      updated_at: nowMs,
      pay_url: null,
    })
    .where(
      'id',
      'in',
      captures.map(({ paymentId }) => paymentId),
    )
    .where('state', 'in', statesBefore(paymentTransitions, 'CAPTURED'))
    .execute()
}

async function payOrders(trx: Transaction<Database>, paid: readonly LockedOrder[]): Promise<void> {
  const reservationIds = paid.map((order) => order.reservation_id)
  await trx
    .updateTable('orders')
    .set({ state: 'PAID', updated_at: nowMs })
    .where('reservation_id', 'in', reservationIds)
    .where('state', 'in', payable)
    .execute()
  await trx
    .updateTable('purchases')
    .set({ state: 'PAID', ended_at: nowMs })
    .where('reservation_id', 'in', reservationIds)
    .where('state', '=', 'AWAITING_PAYMENT')
    .execute()
  await writeNotifications(trx, 'PAID', reservationIds)
}

async function requestLateRefunds(trx: Transaction<Database>, paymentIds: readonly string[]): Promise<void> {
  const payments = await trx.selectFrom('payments').selectAll().where('id', 'in', paymentIds).execute()
  const rows = payments.map((payment) => ({
    id: refundIdOf(payment.id),
    payment_id: payment.id,
    order_id: payment.order_id,
    voucher_id: payment.voucher_id,
    amount_minor: payment.amount_minor,
    currency: payment.currency,
    kind: 'LATE' as const,
    reason: 'the order had closed before the money came',
    state: 'REQUESTED' as const,
    attempt: 1,
    provider_id: null,
    owner: null,
    requested_at: nowMs,
    updated_at: nowMs,
  }))
  await trx.insertInto('refunds').values(rows).onDuplicateKeyUpdate({ id: sql`refunds.id` }).execute()
}
