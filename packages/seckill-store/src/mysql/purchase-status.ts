import type { InferResult, Kysely } from 'kysely'
import type { ClosingReason, Database, OrderState, PurchaseState, RefundState } from './database.js'
import { paymentIdOf } from './payments/payment-id.js'

/** The standing of a purchase that a run has taken, for its shopper. */
export interface PurchaseStatus {
  readonly reservationId: string
  readonly voucherId: number
  readonly userId: number
  readonly units: number
  readonly owner: string
  readonly state: PurchaseState
  readonly reason: string | null
  readonly admittedAt: number
  readonly endedAt: number | null
  readonly order: OrderStatus | null
  /** The money that goes back, or went back. */
  readonly refund: RefundStatus | null
}

/** The order of a purchase, for its shopper; times in epoch milliseconds. */
export interface OrderStatus {
  readonly id: string
  readonly state: OrderState
  readonly payBefore: number
  readonly closingReason: ClosingReason | null
  readonly extendedUntil: number | null
}

/** The refund of an order, for its shopper. */
export interface RefundStatus {
  readonly state: RefundState
  readonly amountMinor: number
  readonly currency: string
}

const idsAQuery = 1_000

/** Orders in these states may have a refund. */
const refundableStates: ReadonlySet<OrderState | null> = new Set(['EXPIRED', 'CANCELLED', 'REFUNDING', 'REFUNDED'])

/**
 * The purchases of these trace ids with their orders and refunds, all by key; an id that no run has taken has no entry. The ids are
 * asked for a thousand at a time.
 */
export async function findPurchaseStatuses(
  db: Kysely<Database>,
  reservationIds: readonly string[],
): Promise<ReadonlyMap<string, PurchaseStatus>> {
  const found = new Map<string, PurchaseStatus>()
  for (let first = 0; first < reservationIds.length; first += idsAQuery) {
    const ids = reservationIds.slice(first, first + idsAQuery)
    const rows = await selectStandings(db).where('p.reservation_id', 'in', ids).execute()
    for (const purchase of await describe(db, rows)) found.set(purchase.reservationId, purchase)
  }
  return found
}

/** The purchase of one trace id; undefined while no run has taken it. */
export async function findPurchaseStatus(
  db: Kysely<Database>,
  reservationId: string,
): Promise<PurchaseStatus | undefined> {
  return (await findPurchaseStatuses(db, [reservationId])).get(reservationId)
}

/** A user's purchases that runs have taken, newest first. */
export async function listPurchaseStatuses(
  db: Kysely<Database>,
  userId: number,
  limit = 50,
): Promise<readonly PurchaseStatus[]> {
  const query = selectStandings(db).where('p.user_id', '=', userId)
  const rows = await query.orderBy('p.admitted_at', 'desc').orderBy('p.reservation_id').limit(limit).execute()
  return describe(db, rows)
}

function selectStandings(db: Kysely<Database>) {
  return db
    .selectFrom('purchases as p')
    .leftJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .selectAll('p')
    .select(['o.id as orderId', 'o.state as orderState', 'o.pay_before as payBefore'])
    .select(['o.closing_reason as closingReason', 'o.extended_until as extendedUntil'])
}

type Standing = InferResult<ReturnType<typeof selectStandings>>[number]

async function describe(db: Kysely<Database>, standings: readonly Standing[]): Promise<readonly PurchaseStatus[]> {
  const refunds = await refundsOf(db, standings)
  return standings.map((standing) => statusOf(standing, refunds))
}

/** The refunds of these orders, by the payment. */
async function refundsOf(
  db: Kysely<Database>,
  standings: readonly Standing[],
): Promise<ReadonlyMap<string, RefundStatus>> {
  const payments = standings.flatMap(({ orderId, orderState }) =>
    orderId !== null && refundableStates.has(orderState) ? [paymentIdOf(orderId)] : [],
  )
  if (payments.length === 0) return new Map()
  const rows = await db
    .selectFrom('refunds')
    .select(['payment_id', 'state', 'amount_minor as amountMinor', 'currency'])
    .where('payment_id', 'in', payments)
    .execute()
  return new Map(rows.map(({ payment_id, ...refund }) => [payment_id, refund]))
}

function statusOf(row: Standing, refunds: ReadonlyMap<string, RefundStatus>): PurchaseStatus {
  const { orderId, orderState, payBefore, closingReason, extendedUntil } = row
  const isOrdered = orderId !== null && orderState !== null && payBefore !== null
  return {
    reservationId: row.reservation_id,
    voucherId: row.voucher_id,
    userId: row.user_id,
    units: row.units,
    owner: row.owner,
    state: row.state,
    reason: row.reason,
    admittedAt: row.admitted_at,
    endedAt: row.ended_at,
    order: isOrdered ? { id: orderId, state: orderState, payBefore, closingReason, extendedUntil } : null,
    refund: orderId === null ? null : (refunds.get(paymentIdOf(orderId)) ?? null),
  }
}
