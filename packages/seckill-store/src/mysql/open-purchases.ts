import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from './database.js'

/**
 * What of a sale is not over. `processing`: a run has not brought the purchase to its order or its end. `awaiting`: its order awaits
 * payment. `closing`: its order is closing, or has closed and is rolled back. `refunding`: money goes back.
 */
export type OpenKind = 'processing' | 'awaiting' | 'closing' | 'refunding'

/** The reservations that are not over, by the reason; a sale at rest has only such that await payment. */
export type OpenPurchases = Readonly<Record<OpenKind, readonly string[]>>

/** Reads what of a voucher's sale is not over. */
export async function readOpen(db: Kysely<Database>, voucherId: number): Promise<OpenPurchases> {
  const { rows } = await sql<{ kind: OpenKind; id: string }>`
    SELECT kind, id FROM (${openOf(voucherId)}) AS standing ORDER BY id`.execute(db)
  return byKind((kind) => rows.filter((row) => row.kind === kind).map((row) => row.id))
}

/** Counts what of a voucher's sale is not over. */
export async function countOpen(db: Kysely<Database>, voucherId: number): Promise<Readonly<Record<OpenKind, number>>> {
  const { rows } = await sql<{ kind: OpenKind; count: number }>`
    SELECT kind, COUNT(*) AS count FROM (${openOf(voucherId)}) AS standing GROUP BY kind`.execute(db)
  const counts = new Map(rows.map((row) => [row.kind, row.count]))
  return byKind((kind) => counts.get(kind) ?? 0)
}

function byKind<T>(of: (kind: OpenKind) => T): Record<OpenKind, T> {
  return { processing: of('processing'), awaiting: of('awaiting'), closing: of('closing'), refunding: of('refunding') }
}

/** UNION names a reservation once whose order and refund are both open. */
function openOf(voucherId: number): RawBuilder<unknown> {
  return sql`
    SELECT IF(p.state = 'PROCESSING', 'processing',
        IF(COALESCE(o.state = 'PENDING_PAYMENT', TRUE), 'awaiting', 'closing')) AS kind, p.reservation_id AS id
      FROM purchases p LEFT JOIN orders o ON o.reservation_id = p.reservation_id
      WHERE p.voucher_id = ${voucherId} AND p.state IN ('PROCESSING', 'AWAITING_PAYMENT')
    UNION SELECT 'refunding', reservation_id
      FROM orders WHERE voucher_id = ${voucherId} AND state = 'REFUNDING'
    UNION SELECT 'refunding', COALESCE(o.reservation_id, r.order_id)
      FROM refunds r LEFT JOIN orders o ON o.id = r.order_id
      WHERE r.voucher_id = ${voucherId} AND r.state <> 'DONE'`
}
