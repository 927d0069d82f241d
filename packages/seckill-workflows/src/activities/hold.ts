import type { Kysely } from 'kysely'
import { done, type LaneAnswer, type SetLane, setWise } from 'saga-core/activity'
import type { Gate, Release } from 'seckill-store/gate'
import {
  type Database,
  liveOrderStates,
  type NotificationKind,
  nowMs,
  type PurchaseState,
  writeNotifications,
} from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { retryAtGate } from './gate-failure.js'
import { voucherOf } from './one-voucher.js'

type Lane = SetLane<Purchase, undefined>

/** The state and reason of a purchase whose compensations are done. */
interface Ending {
  readonly state: PurchaseState
  readonly reason: string | null
}

/** An ending that this call makes, and tells the buyer by the notification of the same name. */
type NewEnding = Ending & { readonly state: Extract<PurchaseState, NotificationKind> }

/** The refusal for a lane whose order is open or paid: its hold is sold, and its lane parks. */
const orderStands = 'ORDER_STANDS'

/** The last compensation: the purchase ends in MySQL, and only then do its units and its mark go back to the gate. */
export function createHoldActivities(db: Kysely<Database>, gate: Pick<Gate, 'release'>) {
  return {
    releaseHold: setWise<Purchase, undefined>(async (lanes, call) => {
      const standing = await standingOrders(db, lanes)
      const free = lanes.filter((lane) => !standing.has(lane.key))
      if (free.length > 0) await release(db, gate, free, call.workflowId)
      return lanes.map(({ key }) => answerOf(key, standing))
    }),
  }
}

/** Definite in every attempt: an order that stands is closed by its own rules, never by a retry of this call. */
function answerOf(key: string, standing: ReadonlySet<string>): LaneAnswer<undefined> {
  return standing.has(key) ? { key, status: 'refused', code: orderStands, definite: true } : done(key)
}

/** The lanes with an order that cancelOrder did not close; it was fenced or ran before this, so none can appear any more. */
async function standingOrders(db: Kysely<Database>, lanes: readonly Lane[]): Promise<ReadonlySet<string>> {
  const keys = lanes.map((lane) => lane.key)
  const rows = await db
    .selectFrom('orders')
    .select('reservation_id')
    .where('reservation_id', 'in', keys)
    .where('state', 'in', liveOrderStates)
    .execute()
  return new Set(rows.map((row) => row.reservation_id))
}

/** A lane that another run took over is left out: its hold is not this run's to give back. */
async function release(db: Kysely<Database>, gate: Pick<Gate, 'release'>, lanes: readonly Lane[], owner: string) {
  const endings = await endPurchases(db, lanes, owner)
  const releases: Release[] = [...endings].map(([reservationId, { state, reason }]) => ({
    reservationId,
    reason: reason ?? state,
  }))
  const voucherId = voucherOf(lanes.map((lane) => lane.arg))
  if (releases.length > 0)
    await gate
      .release(voucherId, releases)
      .catch(retryAtGate('The purchases have ended, but the gate did not take their units back yet'))
}

/** Ends what is still live of this run's purchases; returns how each of them has ended, now or before. */
function endPurchases(
  db: Kysely<Database>,
  lanes: readonly Lane[],
  owner: string,
): Promise<ReadonlyMap<string, Ending>> {
  return db.transaction().execute(async (trx) => {
    const purchases = await lockOwned(trx, lanes, owner)
    const endings = new Map<string, Ending>()
    const now: [string, NewEnding][] = []
    for (const lane of lanes) {
      const purchase = purchases.get(lane.key)
      if (purchase === undefined) continue
      const ending = endingOf(purchase, lane)
      endings.set(lane.key, ending ?? purchase)
      if (ending !== undefined) now.push([lane.key, ending])
    }
    await writeEndings(trx, now)
    return endings
  })
}

async function lockOwned(
  trx: Kysely<Database>,
  lanes: readonly Lane[],
  owner: string,
): Promise<ReadonlyMap<string, Ending>> {
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

/** Characters of the column. */
const longestReason = 64

/** A purchase that had an order is cancelled; one that never had any is refused, unless the run was cancelled. Undefined for one that has ended. */
function endingOf(purchase: Ending, lane: Lane): NewEnding | undefined {
  const reason = lane.cause?.code.slice(0, longestReason) ?? null
  if (purchase.state === 'AWAITING_PAYMENT') return { state: 'CANCELLED', reason }
  if (purchase.state !== 'PROCESSING') return undefined
  return { state: lane.cause?.kind === 'cancelled' ? 'CANCELLED' : 'REFUSED', reason }
}

/** One update for each way to end; the rows are locked already, so the order of the updates is free. */
async function writeEndings(trx: Kysely<Database>, endings: readonly (readonly [string, NewEnding])[]): Promise<void> {
  const groups = new Map<string, { readonly ending: NewEnding; readonly keys: string[] }>()
  for (const [key, ending] of endings) {
    const id = `${ending.state} ${ending.reason}`
    const group = groups.get(id) ?? { ending, keys: [] }
    groups.set(id, group)
    group.keys.push(key)
  }
  for (const { ending, keys } of groups.values()) {
    await trx
      .updateTable('purchases')
      .set({ state: ending.state, reason: ending.reason, ended_at: nowMs })
      .where('reservation_id', 'in', keys)
      .execute()
    await writeNotifications(trx, ending.state, keys)
  }
}
