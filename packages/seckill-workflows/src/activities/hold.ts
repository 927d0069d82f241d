import { ApplicationFailure } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { done, type LaneAnswer, type SetLane, setWise } from 'saga-core/activity'
import { type Gate, GateInputError, type Release } from 'seckill-store/gate'
import { type Database, nowMs, type PurchaseState } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { voucherOf } from './one-voucher.js'
import { ORDER_PAID } from './order.js'
import { insertUnowned } from './ownership.js'

type Lane = SetLane<Purchase, undefined>

/** How this run's purchase stands once nothing of it is left to undo. */
interface EndedPurchase {
  readonly state: PurchaseState
  readonly reason: string | null
}

/** The last compensation: the purchase ends in MySQL, and only then do its units and its mark go back to the gate. */
export function createHoldActivities(db: Kysely<Database>, gate: Pick<Gate, 'release'>) {
  return {
    releaseHold: setWise<Purchase, undefined>(async (lanes, call) => {
      const ended = await endPurchases(db, lanes, call.workflowId)
      const releases: Release[] = []
      for (const [reservationId, { state, reason }] of ended) {
        if (state !== 'PAID') releases.push({ reservationId, reason: reason ?? state })
      }
      const voucherId = voucherOf(lanes.map((lane) => lane.arg))
      if (releases.length > 0) await gate.release(voucherId, releases).catch(rethrowForRetry)
      return lanes.map(({ key }) => answerOf(key, ended.get(key)))
    }),
  }
}

/** A gate that is down or recovering blames no lane: the call is repeated. */
function rethrowForRetry(cause: unknown): never {
  if (!(cause instanceof Error) || cause instanceof GateInputError) throw cause
  const message = `The holds could not be released, the purchases have ended: ${cause.message}`
  throw ApplicationFailure.create({ message, type: 'GateUnavailable', details: ['GATE_UNAVAILABLE'], cause })
}

/** Another run's lane is done here: its hold is not this run's to give back. A paid one stays so in every attempt. */
const answerOf = (key: string, ended: EndedPurchase | undefined): LaneAnswer<undefined> =>
  ended?.state === 'PAID' ? { key, status: 'refused', code: ORDER_PAID, definite: true } : done(key)

/** Ends what is still live of this run's lanes; returns how each lane that this run owns has ended, now or before. */
async function endPurchases(
  db: Kysely<Database>,
  lanes: readonly Lane[],
  owner: string,
): Promise<ReadonlyMap<string, EndedPurchase>> {
  // A run that was cancelled before it took its lanes takes them now, so that no other run ever can.
  const purchases = lanes.map((lane) => lane.arg)
  const impossible = await insertUnowned(db, purchases, owner).then(() => undefined, rejectedRow(lanes))
  if (impossible !== undefined) return new Map([[impossible.key, endingOf(NEVER_TAKEN, impossible)]])
  return db.transaction().execute(async (trx) => {
    const rows = await lockOwned(trx, lanes, owner)
    const owned = lanes.filter((lane) => rows.has(lane.key))
    const endings = new Map(owned.map((lane) => [lane.key, endingOf(rows.get(lane.key) ?? NEVER_TAKEN, lane)]))
    await writeEndings(
      trx,
      owned.filter((lane) => endings.get(lane.key) !== rows.get(lane.key)).map((lane) => lane.key),
      endings,
    )
    return endings
  })
}

const NEVER_TAKEN: EndedPurchase = { state: 'PROCESSING', reason: null }

/** Out of range, wrong type, too long, CHECK violated (MySQL, MariaDB). */
const REJECTED_ROW: ReadonlySet<unknown> = new Set([1264, 1366, 1406, 3819, 4025])

/**
 * A lane whose row MySQL rejects can belong to no run, now or later, so its hold goes back without one. With several lanes the
 * error is thrown on: the engine finds the lane by bisection.
 */
const rejectedRow = (lanes: readonly Lane[]) => (error: unknown) => {
  const [only] = lanes
  if (only === undefined || lanes.length > 1 || !REJECTED_ROW.has((error as { errno?: unknown }).errno)) throw error
  return only
}

async function lockOwned(
  trx: Kysely<Database>,
  lanes: readonly Lane[],
  owner: string,
): Promise<ReadonlyMap<string, EndedPurchase>> {
  const keys = lanes.map((lane) => lane.key)
  const rows = await trx
    .selectFrom('purchases')
    .select(['reservation_id', 'state', 'reason'])
    .where('reservation_id', 'in', keys)
    .where('owner', '=', owner)
    .orderBy('reservation_id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.reservation_id, row]))
}

/** A purchase that had an order is cancelled; one that never had any is refused, unless somebody cancelled the run. */
function endingOf(purchase: EndedPurchase, lane: Lane): EndedPurchase {
  const reason = lane.cause?.code ?? null
  if (purchase.state === 'AWAITING_PAYMENT') return { state: 'CANCELLED', reason }
  if (purchase.state !== 'PROCESSING') return purchase
  return { state: lane.cause?.kind === 'cancelled' ? 'CANCELLED' : 'REFUSED', reason }
}

/** One update for each way to end; the rows are locked already, so the order of the updates is free. */
async function writeEndings(
  trx: Kysely<Database>,
  keys: readonly string[],
  endings: ReadonlyMap<string, EndedPurchase>,
): Promise<void> {
  const groups = new Map<string, { readonly ending: EndedPurchase; readonly keys: string[] }>()
  for (const key of keys) {
    const ending = endings.get(key) ?? NEVER_TAKEN
    const id = `${ending.state} ${ending.reason}`
    const group = groups.get(id) ?? { ending, keys: [] }
    groups.set(id, group)
    group.keys.push(key)
  }
  for (const group of groups.values()) {
    await trx
      .updateTable('purchases')
      .set({ state: group.ending.state, reason: group.ending.reason, ended_at: nowMs })
      .where('reservation_id', 'in', group.keys)
      .execute()
  }
}
