import { type Kysely, sql } from 'kysely'
import type { AdmittedLane } from '../gate/types.js'
import { nowMs } from './clock.js'
import type { Database } from './database.js'
import { inTransaction } from './in-transaction.js'
import { writeNotifications } from './notifications/write.js'

/** The owner of purchases that were lost before a run owned them; no workflow has this id. */
export const ownerOfLost = 'lost'

/** The owner of purchases that their buyers cancelled before a run owned them; no workflow has this id. */
export const ownerOfCancelled = 'buyer'

/** The owner of purchases whose message no consumer could take, before a run owned them; no workflow has this id. */
const ownerOfUnprocessed = 'intake'

/** The owners that are no runs. */
export const ownersWithoutRun: readonly string[] = [ownerOfLost, ownerOfCancelled, ownerOfUnprocessed]

/** What the API knows of a purchase that it accepted. */
export type AcceptedLane = Omit<AdmittedLane, 'termsVersion' | 'keyDigest'>

const lanesAStatement = 1_000

/** The end of a purchase that no run owns. */
interface UnownedEnd {
  readonly owner: string
  readonly state: 'REFUSED' | 'CANCELLED'
  readonly reason: string
}

const lost: UnownedEnd = { owner: ownerOfLost, state: 'REFUSED', reason: 'ADMISSION_LOST' }
const cancelled: UnownedEnd = { owner: ownerOfCancelled, state: 'CANCELLED', reason: 'CANCELLED_BY_BUYER' }
const unprocessed: UnownedEnd = { owner: ownerOfUnprocessed, state: 'REFUSED', reason: 'NOT_PROCESSED' }

/**
 * Ends accepted purchases that the gate has lost, as REFUSED with a reason. A purchase that a run owns stays as it is;
 * a run that comes later finds that it does not own the lane.
 */
export async function endLostPurchases(db: Kysely<Database>, lanes: readonly AcceptedLane[]): Promise<void> {
  await endUnowned(db, lanes, lost)
}

/**
 * Ends purchases whose message no consumer could take, as REFUSED with a reason, and answers those of them that ended so, now or at
 * an earlier call. A purchase that a run owns stays as it is.
 */
export function endUnprocessedPurchases(
  db: Kysely<Database>,
  lanes: readonly AcceptedLane[],
): Promise<readonly string[]> {
  return endUnowned(db, lanes, unprocessed)
}

/** Cancels a purchase that no run owns, for its buyer. One that a run owns stays as it is: its owner is decided by this insert. */
export async function cancelUnowned(db: Kysely<Database>, lane: AcceptedLane): Promise<void> {
  await endUnowned(db, [lane], cancelled)
}

/** Answers the lanes that have this end; each statement's in a transaction of its own. */
async function endUnowned(
  db: Kysely<Database>,
  lanes: readonly AcceptedLane[],
  end: UnownedEnd,
): Promise<readonly string[]> {
  const ended: string[] = []
  for (let first = 0; first < lanes.length; first += lanesAStatement) {
    ended.push(...(await insertEnded(db, lanes.slice(first, first + lanesAStatement), end)))
  }
  return ended
}

async function insertEnded(
  db: Kysely<Database>,
  lanes: readonly AcceptedLane[],
  end: UnownedEnd,
): Promise<readonly string[]> {
  const rows = lanes.map((lane) => ({
    reservation_id: lane.reservationId,
    voucher_id: lane.voucherId,
    user_id: lane.userId,
    units: lane.quantity,
    ...end,
    order_id: null,
    seq: lane.seq,
    admitted_at: lane.admittedAt,
    taken_at: nowMs,
    ended_at: nowMs,
  }))
  return inTransaction(db, async (trx) => {
    await trx
      .insertInto('purchases')
      .values(rows)
      .onDuplicateKeyUpdate({ reservation_id: sql`purchases.reservation_id` })
      .execute()
    const ended = await ownedBy(trx, lanes, end.owner)
    await writeNotifications(trx, end.state, ended)
    return ended
  })
}

/** The lanes that this end has: a run may have taken some of them meanwhile. */
async function ownedBy(
  trx: Kysely<Database>,
  lanes: readonly AcceptedLane[],
  owner: string,
): Promise<readonly string[]> {
  const keys = lanes.map((lane) => lane.reservationId)
  const rows = await trx
    .selectFrom('purchases')
    .select('reservation_id')
    .where('reservation_id', 'in', keys)
    .where('owner', '=', owner)
    .execute()
  return rows.map((row) => row.reservation_id)
}
