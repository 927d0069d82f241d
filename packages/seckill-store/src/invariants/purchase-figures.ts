import { sql, type Transaction } from 'kysely'
import type { Database } from '../mysql/database.js'
import { ownerOfLost, ownersWithoutRun } from '../mysql/unowned-purchases.js'

/** The purchases of one sale, and those that break an invariant. */
export interface PurchaseFigures {
  /** Reservations that a run owns or has ended. */
  readonly owned: readonly string[]
  /** Of these, the ones that await payment, each with its run. */
  readonly awaiting: readonly { readonly id: string; readonly owner: string }[]
  /** Reservations that were accepted and lost before a run owned them. */
  readonly lost: readonly string[]
  /** Reservations that their buyers cancelled before a run owned them. */
  readonly unowned: readonly string[]
  readonly refused: number
  /** Purchases that have ended or await payment, except lost ones. */
  readonly ended: number
  /** Different admission numbers of these, up to the gate's last one. */
  readonly endedSeqs: number
  /** Ended without a reason or a time, or without an order in the matching state. */
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
    .select(['reservation_id as id', 'seq', 'state', 'owner'])
    .where('voucher_id', '=', voucherId)
    .execute()
  const lost = rows.filter((row) => row.owner === ownerOfLost)
  const unowned = rows.filter((row) => row.owner !== ownerOfLost && ownersWithoutRun.includes(row.owner))
  const owned = rows.filter((row) => !ownersWithoutRun.includes(row.owner))
  const ended = [...owned.filter((row) => row.state !== 'PROCESSING'), ...unowned]
  const seqs = ended.map((row) => row.seq).filter((seq) => seq >= 1 && seq <= lastSeq)
  return {
    owned: idsOf(owned),
    awaiting: owned.filter((row) => row.state === 'AWAITING_PAYMENT'),
    lost: idsOf(lost),
    unowned: idsOf(unowned),
    refused: ended.filter((row) => row.state === 'REFUSED').length,
    ended: ended.length,
    endedSeqs: new Set(seqs).size,
    unexplained: await readUnexplained(trx, voucherId),
  }
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map((row) => row.id)
}

/** A purchase that awaits payment while its order has closed is on its way to its end, which the sale at rest tells. */
async function readUnexplained(trx: Transaction<Database>, voucherId: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT p.reservation_id AS id
    FROM purchases p LEFT JOIN orders o ON o.id = p.order_id AND o.reservation_id = p.reservation_id
    WHERE p.voucher_id = ${voucherId} AND p.state <> 'PROCESSING' AND NOT (
      (p.state = 'AWAITING_PAYMENT' OR p.ended_at IS NOT NULL)
      AND (p.state IN ('AWAITING_PAYMENT', 'PAID') OR COALESCE(p.reason, '') <> '')
      AND CASE p.state
        WHEN 'AWAITING_PAYMENT' THEN COALESCE(o.state IN ('PENDING_PAYMENT', 'CLOSING', 'EXPIRED', 'CANCELLED'), FALSE)
        WHEN 'PAID' THEN COALESCE(o.state IN ('PAID', 'REFUNDING'), FALSE)
        WHEN 'REFUNDED' THEN COALESCE(o.state = 'REFUNDED', FALSE)
        WHEN 'EXPIRED' THEN COALESCE(o.state = 'EXPIRED', p.order_id IS NULL)
        WHEN 'CANCELLED' THEN COALESCE(o.state = 'CANCELLED', p.order_id IS NULL)
        ELSE TRUE
      END)
    ORDER BY p.reservation_id`.execute(trx)
  return rows.map((row) => row.id)
}
