import { sql, type Transaction } from 'kysely'
import type { Database } from '../mysql/database.js'
import { ownerOfCancelled, ownerOfLost } from '../mysql/unowned-purchases.js'

/** The purchases of one sale, and those that break an invariant. */
export interface PurchaseFigures {
  /** Reservations that a run owns or has ended, or that their buyers cancelled before one owned them. */
  readonly owned: readonly string[]
  /** Of these, the ones that their buyers cancelled before a run owned them; a run may carry one all the same. */
  readonly cancelledUnowned: readonly string[]
  /** Of these, the ones that have neither ended nor await payment. */
  readonly processing: readonly string[]
  /** Reservations that were accepted and lost before a run owned them. */
  readonly lost: readonly string[]
  readonly refused: number
  /** Owned purchases that have ended or await payment. */
  readonly ended: number
  /** Different admission numbers of these, up to the gate's last one. */
  readonly endedSeqs: number
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
    .select(['reservation_id as id', 'seq', 'state', 'owner'])
    .where('voucher_id', '=', voucherId)
    .execute()
  const lost = rows.filter((row) => row.owner === ownerOfLost)
  const owned = rows.filter((row) => row.owner !== ownerOfLost)
  const ended = owned.filter((row) => row.state !== 'PROCESSING')
  const seqs = ended.map((row) => row.seq).filter((seq) => seq >= 1 && seq <= lastSeq)
  return {
    owned: owned.map((row) => row.id),
    cancelledUnowned: owned.filter((row) => row.owner === ownerOfCancelled).map((row) => row.id),
    processing: owned.filter((row) => row.state === 'PROCESSING').map((row) => row.id),
    lost: lost.map((row) => row.id),
    refused: ended.filter((row) => row.state === 'REFUSED').length,
    ended: ended.length,
    endedSeqs: new Set(seqs).size,
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
