import type { Kysely, Transaction } from 'kysely'
import { databaseNow, nowMs } from '../clock.js'
import type { ClosingReason, Database, OrderState, PaymentsTable } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { closeOrders, idsOf } from './close-orders.js'

/** A reservation, and the reason to close its order; null to look at it only. */
export interface ClosingRequest {
  readonly reservationId: string
  readonly reason: ClosingReason | null
}

/** A payment of the sale that may stand open at the provider. */
export type StandingPayment = Pick<
  PaymentsTable,
  'id' | 'order_id' | 'provider_id' | 'amount_minor' | 'currency' | 'created_at' | 'expires_at'
>

/** The order of a reservation, as its run has to know it. */
export interface StandingOrder {
  readonly reservationId: string
  readonly state: OrderState
  readonly reason: ClosingReason | null
  /** The payment to close at the provider; undefined where no payment was started. */
  readonly payment: StandingPayment | undefined
}

/**
 * Begins to close orders, and returns the order of each reservation. An order does not expire before its time to pay is over; one without
 * a payment is closed at once.
 */
export function beginClosings(
  db: Kysely<Database>,
  requests: readonly ClosingRequest[],
): Promise<readonly StandingOrder[]> {
  const reasons = new Map(requests.map(({ reservationId, reason }) => [reservationId, reason]))
  return inTransaction(db, async (trx) => {
    const now = await databaseNow(trx)
    const orders = await lockOrders(trx, [...reasons.keys()])
    const due = Map.groupBy(orders, (order) => reasonNow(order, reasons.get(order.reservation_id) ?? null, now))
    for (const [reason, group] of due) if (reason !== null) await beginClosing(trx, group, reason)
    const payments = await paymentsOf(trx, orders)
    const unpaid = orders.filter(({ id, state }) => state === 'CLOSING' && !payments.has(id))
    await closeOrders(trx, unpaid)
    for (const order of unpaid) order.state = order.closing_reason === 'PAYMENT_EXPIRED' ? 'EXPIRED' : 'CANCELLED'
    return orders.map(({ id, reservation_id, state, closing_reason }) => ({
      reservationId: reservation_id,
      state,
      reason: closing_reason,
      payment: payments.get(id),
    }))
  })
}

/** The reason to close an order now, if it may be closed. */
function reasonNow(order: LockedOrder, reason: ClosingReason | null, now: number): ClosingReason | null {
  if (order.state !== 'PENDING_PAYMENT') return null
  return reason === 'PAYMENT_EXPIRED' && now < order.pay_before ? null : reason
}

interface LockedOrder {
  readonly id: string
  readonly reservation_id: string
  readonly pay_before: number
  state: OrderState
  closing_reason: ClosingReason | null
}

function lockOrders(trx: Transaction<Database>, reservationIds: readonly string[]): Promise<LockedOrder[]> {
  return trx
    .selectFrom('orders')
    .select(['id', 'reservation_id', 'state', 'pay_before', 'closing_reason'])
    .where('reservation_id', 'in', reservationIds)
    .orderBy('id')
    .forUpdate()
    .execute()
}

async function beginClosing(trx: Transaction<Database>, orders: readonly LockedOrder[], reason: ClosingReason) {
  await trx
    .updateTable('orders')
    .set({ state: 'CLOSING', closing_reason: reason, updated_at: nowMs })
    .where('id', 'in', idsOf(orders))
    .where('state', '=', 'PENDING_PAYMENT')
    .execute()
  for (const order of orders) {
    order.state = 'CLOSING'
    order.closing_reason = reason
  }
}

/** The payments of the orders that are closing, by order. */
async function paymentsOf(
  trx: Transaction<Database>,
  orders: readonly LockedOrder[],
): Promise<ReadonlyMap<string, StandingPayment>> {
  const closing = orders.filter(({ state }) => state === 'CLOSING')
  if (closing.length === 0) return new Map()
  const rows = await trx
    .selectFrom('payments')
    .select(['id', 'order_id', 'provider_id', 'amount_minor', 'currency', 'created_at', 'expires_at'])
    .where('order_id', 'in', idsOf(closing))
    .execute()
  return new Map(rows.map((row) => [row.order_id, row]))
}
