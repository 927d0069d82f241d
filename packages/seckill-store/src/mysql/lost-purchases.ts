import { type Kysely, sql } from 'kysely'
import type { AdmittedLane } from '../gate/types.js'
import { nowMs } from './clock.js'
import type { Database } from './database.js'
import { writeNotifications } from './notifications/write.js'

/** The owner of purchases that were lost before a run owned them; no workflow has this id. */
export const ownerOfLost = 'lost'

/** What the API knows of a purchase that it accepted. */
export type AcceptedLane = Omit<AdmittedLane, 'termsVersion' | 'keyDigest'>

const lanesAStatement = 1_000

/** The reason that the buyer of a lost purchase is told. */
const lostReason = 'ADMISSION_LOST'

/**
 * Ends accepted purchases that the gate has lost, as REFUSED with a reason. A purchase that a run owns stays as it is;
 * a run that comes later finds that it does not own the lane.
 */
export async function endLostPurchases(db: Kysely<Database>, lanes: readonly AcceptedLane[]): Promise<void> {
  for (let first = 0; first < lanes.length; first += lanesAStatement) {
    await insertLost(db, lanes.slice(first, first + lanesAStatement))
  }
}

async function insertLost(db: Kysely<Database>, lanes: readonly AcceptedLane[]): Promise<void> {
  const rows = lanes.map((lane) => ({
    reservation_id: lane.reservationId,
    voucher_id: lane.voucherId,
    user_id: lane.userId,
    units: lane.quantity,
    owner: ownerOfLost,
    state: 'REFUSED' as const,
    reason: lostReason,
    order_id: null,
    seq: lane.seq,
    admitted_at: lane.admittedAt,
    taken_at: nowMs,
    ended_at: nowMs,
  }))
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('purchases')
      .values(rows)
      .onDuplicateKeyUpdate({ reservation_id: sql`purchases.reservation_id` })
      .execute()
    await writeNotifications(trx, 'REFUSED', await lostOf(trx, lanes))
  })
}

/** The lanes without an owner: a run may have taken some of them meanwhile. */
async function lostOf(trx: Kysely<Database>, lanes: readonly AcceptedLane[]): Promise<readonly string[]> {
  const keys = lanes.map((lane) => lane.reservationId)
  const rows = await trx
    .selectFrom('purchases')
    .select('reservation_id')
    .where('reservation_id', 'in', keys)
    .where('owner', '=', ownerOfLost)
    .execute()
  return rows.map((row) => row.reservation_id)
}
