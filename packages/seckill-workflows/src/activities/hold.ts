import type { Kysely } from 'kysely'
import { CauseCode } from 'saga-core'
import { done, type LaneAnswer, type SetLane, setWise } from 'saga-core/activity'
import type { Gate, Release } from 'seckill-store/gate'
import {
  type Database,
  liveOrderStates,
  type NotificationKind,
  nowMs,
  type OrderState,
  type OrdersTable,
  type PurchaseState,
  writeNotifications,
} from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { Refusal } from '../contract/refusals.js'
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
      const orders = await ordersOf(db, lanes)
      const standing = new Set([...orders].filter(([, { state }]) => isLive(state)).map(([key]) => key))
      const free = lanes.filter((lane) => !standing.has(lane.key))
      if (free.length > 0) await release({ db, gate, orders }, free, call.workflowId)
      return lanes.map(({ key }) => answerOf(key, standing))
    }),
  }
}

/** Definite in every attempt: an order that stands is closed by its own rules, never by a retry of this call. */
function answerOf(key: string, standing: ReadonlySet<string>): LaneAnswer<undefined> {
  return standing.has(key) ? { key, status: 'refused', code: orderStands, definite: true } : done(key)
}

function isLive(state: OrderState): boolean {
  return liveOrderStates.some((live) => live === state)
}

/** The orders of the lanes by reservation; cancelOrder was fenced or ran before this, so that no other one can appear any more. */
async function ordersOf(db: Kysely<Database>, lanes: readonly Lane[]): Promise<ReadonlyMap<string, LaneOrder>> {
  const keys = lanes.map((lane) => lane.key)
  const rows = await db
    .selectFrom('orders')
    .select(['reservation_id', 'state', 'closing_reason'])
    .where('reservation_id', 'in', keys)
    .execute()
  return new Map(rows.map((row) => [row.reservation_id, row]))
}

/** The order of a lane. */
type LaneOrder = Pick<OrdersTable, 'state' | 'closing_reason'>

/** The stores, and the orders of the lanes. */
interface Ended {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'release'>
  readonly orders: ReadonlyMap<string, LaneOrder>
}

/** A lane that another run took over is left out: its hold is not this run's to give back. */
async function release({ db, gate, orders }: Ended, lanes: readonly Lane[], owner: string) {
  const endings = await endPurchases({ db, orders }, lanes, owner)
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
  { db, orders }: Omit<Ended, 'gate'>,
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
      const ending = endingOf(purchase, orders.get(lane.key), lane)
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

/**
 * A purchase that had an order ends as the order did; one that never had any is refused, unless it was cancelled. Undefined for one that
 * has ended.
 */
function endingOf(purchase: Ending, order: LaneOrder | undefined, lane: Lane): NewEnding | undefined {
  const reason = reasonOf(lane, order)
  if (purchase.state === 'AWAITING_PAYMENT')
    return { state: order?.state === 'EXPIRED' ? 'EXPIRED' : 'CANCELLED', reason }
  if (purchase.state !== 'PROCESSING') return undefined
  const isCancelled = lane.cause?.kind === 'cancelled' || reason === Refusal.CancelledByBuyer
  return { state: isCancelled ? 'CANCELLED' : 'REFUSED', reason }
}

/** A lane whose run was started again meets the fences of its own rolling back, which know no reason. */
function reasonOf({ cause }: Lane, order: LaneOrder | undefined): string | null {
  if (cause?.code === CauseCode.StepFenced) return order?.closing_reason ?? Refusal.RolledBack
  return cause?.code.slice(0, longestReason) ?? null
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
