import { sql, type Transaction } from 'kysely'
import type { Database, PurchaseState } from '../mysql/database.js'

/** The owned lanes of one sale, and those that break an invariant. */
export interface PurchaseFigures {
  readonly reservationIds: readonly string[]
  readonly counts: Readonly<Partial<Record<PurchaseState, number>>>
  /** Different admission numbers, of those the gate gave out, whose purchase has ended or awaits payment. */
  readonly settledSeqs: number
  /** Ended without a reason or a time, or sold without an order in the matching state. */
  readonly unexplained: readonly string[]
}

/** Reads a voucher's purchases; `lastSeq` is the gate's number of the last admission. */
export async function readPurchases(
  trx: Transaction<Database>,
  voucherId: number,
  lastSeq: number,
): Promise<PurchaseFigures> {
  const rows = await trx
    .selectFrom('purchases')
    .select(['reservation_id', 'seq', 'state'])
    .where('voucher_id', '=', voucherId)
    .execute()
  const counts: Partial<Record<PurchaseState, number>> = {}
  const settled = new Set<number>()
  for (const row of rows) {
    counts[row.state] = (counts[row.state] ?? 0) + 1
    if (row.state !== 'PROCESSING' && row.seq >= 1 && row.seq <= lastSeq) settled.add(row.seq)
  }
  return {
    reservationIds: rows.map((row) => row.reservation_id),
    counts,
    settledSeqs: settled.size,
    unexplained: await readUnexplained(trx, voucherId),
  }
}

async function readUnexplained(trx: Transaction<Database>, voucherId: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT p.reservation_id AS id
    FROM purchases p LEFT JOIN orders o ON o.id = p.order_id AND o.reservation_id = p.reservation_id
    WHERE p.voucher_id = ${voucherId} AND p.state <> 'PROCESSING' AND NOT CASE p.state
      WHEN 'AWAITING_PAYMENT' THEN COALESCE(o.state IN ('PENDING_PAYMENT', 'CLOSING'), FALSE)
      WHEN 'PAID' THEN COALESCE(o.state = 'PAID', FALSE) AND p.ended_at IS NOT NULL
      ELSE p.reason IS NOT NULL AND p.reason <> '' AND p.ended_at IS NOT NULL
    END
    ORDER BY p.reservation_id`.execute(trx)
  return rows.map((row) => row.id)
}
