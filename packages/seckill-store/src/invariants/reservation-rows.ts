import { sql, type Transaction } from 'kysely'
import type { Database, OrderState, PurchaseState } from '../mysql/database.js'

/** One purchase as MySQL's tables have it; units unless a field says otherwise. */
export interface ReservationRow {
  readonly traceId: string
  readonly userId: number
  readonly voucherId: number
  readonly units: number
  readonly state: PurchaseState
  readonly reason: string | null
  readonly seq: number
  readonly order: OrderState | null
  /** Price of the whole order in minor units. */
  readonly priceMinor: number | null
  readonly currency: string | null
  readonly deducted: number
  readonly restored: number
  readonly claimed: number
}

/** Reads a voucher's purchases, each with its order, which is one of the same user, its claim and its movements of the stock, by reservation id. */
export async function readReservations(
  trx: Transaction<Database>,
  voucherId: number,
): Promise<readonly ReservationRow[]> {
  const { rows } = await sql<ReservationRow>`
    SELECT p.reservation_id AS traceId, p.user_id AS userId, p.voucher_id AS voucherId, p.units, p.state, p.reason, p.seq,
      o.state AS \`order\`, o.price_minor AS priceMinor, o.currency,
      COALESCE(deducted.units, 0) AS deducted, COALESCE(restored.units, 0) AS restored, COALESCE(c.units, 0) AS claimed
    FROM purchases p
      LEFT JOIN orders o
        ON o.reservation_id = p.reservation_id AND o.voucher_id = p.voucher_id AND o.user_id = p.user_id
      LEFT JOIN voucher_claims c ON c.reservation_id = p.reservation_id AND c.voucher_id = p.voucher_id
      LEFT JOIN stock_ledger deducted
        ON deducted.reference = p.reservation_id AND deducted.kind = 'DEDUCT' AND deducted.voucher_id = p.voucher_id
      LEFT JOIN stock_ledger restored
        ON restored.reference = p.reservation_id AND restored.kind = 'RESTORE' AND restored.voucher_id = p.voucher_id
    WHERE p.voucher_id = ${voucherId}
    ORDER BY p.reservation_id`.execute(trx)
  return rows
}
