import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Hold } from '../gate/types.js'
import type { Database } from '../mysql/database.js'
import type { ReservationRow, ReservationScope } from './reservation-rows.js'
import type { RunCount } from './types.js'

/** What MySQL's tables have of reservations without a purchase, each once: reservations, or the ids of payments and refunds. */
export interface UnknownRows {
  readonly ledger: readonly string[]
  readonly claims: readonly string[]
  readonly orders: readonly string[]
  readonly payments: readonly string[]
  readonly refunds: readonly string[]
}

/** Reads what belongs to no purchase of a voucher; a payment in another currency than the voucher's belongs to none. */
export async function readUnknownRows(trx: Transaction<Database>, scope: ReservationScope): Promise<UnknownRows> {
  const { voucherId } = scope
  return {
    ledger: await named(
      trx,
      sql`SELECT DISTINCT l.reference AS id
        FROM stock_ledger l LEFT JOIN purchases p ON p.reservation_id = l.reference
        WHERE l.voucher_id = ${voucherId} AND l.kind IN ('DEDUCT', 'RESTORE') AND p.reservation_id IS NULL
        ORDER BY id`,
    ),
    claims: await named(
      trx,
      sql`SELECT claim.id
        FROM (
          SELECT reservation_id AS id FROM voucher_claims WHERE voucher_id = ${voucherId}
          UNION SELECT reservation_id FROM user_claims WHERE voucher_id = ${voucherId}
        ) claim LEFT JOIN purchases p ON p.reservation_id = claim.id
        WHERE p.reservation_id IS NULL
        ORDER BY claim.id`,
    ),
    // An order is its reservation's only when it is of the same user.
    orders: await named(
      trx,
      sql`SELECT o.reservation_id AS id
        FROM orders o LEFT JOIN purchases p
          ON p.reservation_id = o.reservation_id AND p.voucher_id = o.voucher_id AND p.user_id = o.user_id
        WHERE o.voucher_id = ${voucherId} AND p.reservation_id IS NULL
        ORDER BY id`,
    ),
    payments: await named(trx, unknownMoney(sql`payments`, scope)),
    refunds: await named(trx, unknownMoney(sql`refunds`, scope)),
  }
}

/** Payments or refunds of orders that no purchase names, or in another currency. */
function unknownMoney(table: RawBuilder<unknown>, { voucherId, currency }: ReservationScope) {
  return sql`SELECT m.id
    FROM ${table} m LEFT JOIN (
      SELECT DISTINCT order_id FROM purchases WHERE voucher_id = ${voucherId} AND order_id IS NOT NULL
    ) known ON known.order_id = m.order_id
    WHERE m.voucher_id = ${voucherId} AND (known.order_id IS NULL OR m.currency <> ${currency})
    ORDER BY m.id`
}

async function named(trx: Transaction<Database>, query: RawBuilder<unknown>): Promise<readonly string[]> {
  const { rows } = await (query as RawBuilder<{ readonly id: string }>).execute(trx)
  return rows.map(({ id }) => id)
}

/** The live holds of reservations without a purchase. */
export function unknownHolds(
  rows: readonly ReservationRow[],
  live: ReadonlyMap<string, Hold> | null,
): readonly string[] {
  return withoutPurchase(rows, live?.keys() ?? [])
}

/** The reservations in the inputs of runs without a purchase, each once. */
export function unknownLanes(rows: readonly ReservationRow[], runs: RunCount): readonly string[] {
  return withoutPurchase(rows, new Set(runs.reservationIds))
}

function withoutPurchase(rows: readonly ReservationRow[], ids: Iterable<string>): readonly string[] {
  const known = new Set(rows.map((row) => row.traceId))
  return [...ids].filter((id) => !known.has(id)).sort()
}
