import { type Kysely, sql } from 'kysely'
import { done, refused, setWise } from 'saga-core/activity'
import { type Gate, GateUnavailableError } from 'seckill-store/gate'
import { type Database, nowMs, writeKeys } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { retryAtGate } from './gate-failure.js'
import { voucherOf } from './one-voucher.js'

/** The refusal of a lane that another run owns; this run neither runs nor compensates it. */
const ownedByAnotherRun = 'OWNED_BY_ANOTHER_RUN'

/** Gives each lane to one workflow, in MySQL and before any other step; the gate then holds its units, also after a loss. */
export function createOwnershipActivities(db: Kysely<Database>, gate: Pick<Gate, 'secure'>) {
  return {
    takeLanes: setWise<Purchase, undefined>(async (lanes, call) => {
      const purchases = lanes.map((lane) => lane.arg)
      await insertUnowned(db, purchases, call.workflowId)
      const ours = await ownedBy(db, purchases, call.workflowId)
      const owned = purchases.filter((purchase) => ours.has(purchase.reservationId))
      await writeKeys(db, owned)
      await gate.secure(voucherOf(purchases), call.workflowId, owned).catch((error: unknown) => {
        // MySQL has the purchases now: the rebuild or the sweep that follows the loss of a gate makes their holds.
        if (!(error instanceof GateUnavailableError)) retryAtGate('The gate does not hold the purchases yet')(error)
      })
      return lanes.map(({ key }) => (ours.has(key) ? done(key) : refused(key, ownedByAnotherRun)))
    }),
  }
}

/** Inserts the lanes without an owner as `owner`'s; a lane that has an owner keeps its row as it is. */
async function insertUnowned(db: Kysely<Database>, lanes: readonly Purchase[], owner: string): Promise<void> {
  const rows = lanes.map((lane) => ({
    reservation_id: lane.reservationId,
    voucher_id: lane.voucherId,
    user_id: lane.userId,
    units: lane.quantity,
    owner,
    state: 'PROCESSING' as const,
    reason: null,
    order_id: null,
    seq: lane.seq,
    admitted_at: lane.admittedAt,
    taken_at: nowMs,
    ended_at: null,
    terms_version: lane.termsVersion,
  }))
  rows.sort((a, b) => (a.reservation_id < b.reservation_id ? -1 : 1))
  await db
    .insertInto('purchases')
    .values(rows)
    .onDuplicateKeyUpdate({ reservation_id: sql`purchases.reservation_id` })
    .execute()
}

async function ownedBy(db: Kysely<Database>, lanes: readonly Purchase[], owner: string): Promise<ReadonlySet<string>> {
  const keys = lanes.map((lane) => lane.reservationId)
  const rows = await db
    .selectFrom('purchases')
    .select('reservation_id')
    .where('reservation_id', 'in', keys)
    .where('owner', '=', owner)
    .execute()
  return new Set(rows.map((row) => row.reservation_id))
}
