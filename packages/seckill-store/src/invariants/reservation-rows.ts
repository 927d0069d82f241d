import { sql, type Transaction } from 'kysely'
import type { Database, OrderState, PurchaseState } from '../mysql/database.js'

/** One purchase as MySQL's tables have it; units unless a field says otherwise, money in minor units of the voucher's currency. */
export interface ReservationRow {
  readonly traceId: string
  readonly userId: number
  readonly voucherId: number
  readonly units: number
  readonly state: PurchaseState
  readonly reason: string | null
  readonly seq: number
  /** The workflow that owns the lane. */
  readonly run: string
  readonly order: OrderState | null
  /** The workflow that the order belongs to. */
  readonly orderRun: string | null
  /** Price of the whole order. */
  readonly priceMinor: number | null
  readonly currency: string | null
  /** Money of captured payments. */
  readonly capturedMinor: number
  /** Money of refunds that are done. */
  readonly refundedMinor: number
  readonly deducted: number
  readonly restored: number
  readonly claimed: number
}

/** A voucher, and the currency that it is sold in. */
export interface ReservationScope {
  readonly voucherId: number
  readonly currency: string
}

/**
 * Reads a voucher's purchases, each with its order, which is one of the same user, its money, its claim and its movements of the stock, by
 * reservation id. Rows that a ledger has twice are added up.
 */
export async function readReservations(
  trx: Transaction<Database>,
  { voucherId, currency }: ReservationScope,
): Promise<readonly ReservationRow[]> {
  const { rows } = await sql<ReservationRow>`
    SELECT p.reservation_id AS traceId, p.user_id AS userId, p.voucher_id AS voucherId, p.units, p.state, p.reason, p.seq,
      p.owner AS run, o.state AS \`order\`, o.owner AS orderRun, o.price_minor AS priceMinor, o.currency,
      COALESCE(captured.minor, 0) AS capturedMinor, COALESCE(refunded.minor, 0) AS refundedMinor,
      COALESCE(moved.deducted, 0) AS deducted, COALESCE(moved.restored, 0) AS restored, COALESCE(c.units, 0) AS claimed
    FROM purchases p
      LEFT JOIN orders o
        ON o.reservation_id = p.reservation_id AND o.voucher_id = p.voucher_id AND o.user_id = p.user_id
      LEFT JOIN voucher_claims c ON c.reservation_id = p.reservation_id AND c.voucher_id = p.voucher_id
      LEFT JOIN (
        SELECT reference, SUM(IF(kind = 'DEDUCT', units, 0)) AS deducted, SUM(IF(kind = 'RESTORE', units, 0)) AS restored
        FROM stock_ledger WHERE voucher_id = ${voucherId} GROUP BY reference
      ) moved ON moved.reference = p.reservation_id
      LEFT JOIN (
        SELECT order_id, SUM(amount_minor) AS minor
        FROM payments WHERE voucher_id = ${voucherId} AND state = 'CAPTURED' AND currency = ${currency} GROUP BY order_id
      ) captured ON captured.order_id = p.order_id
      LEFT JOIN (
        SELECT order_id, SUM(amount_minor) AS minor
        FROM refunds WHERE voucher_id = ${voucherId} AND state = 'DONE' AND currency = ${currency} GROUP BY order_id
      ) refunded ON refunded.order_id = p.order_id
    WHERE p.voucher_id = ${voucherId}
    ORDER BY p.reservation_id`.execute(trx)
  return rows
}
