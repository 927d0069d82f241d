import type { InferResult, Kysely } from 'kysely'
import type { ClosingReason, Database, OrderState, PurchaseState, PurchasesTable } from './database.js'
import { ownerOfCancelled, ownerOfLost } from './unowned-purchases.js'

/** The standing of a purchase that a run has taken, for its shopper. */
export interface PurchaseStatus {
  readonly reservationId: string
  readonly voucherId: number
  readonly userId: number
  readonly units: number
  readonly owner: string
  readonly state: PurchaseState
  readonly reason: string | null
  readonly admittedAt: number
  readonly endedAt: number | null
  readonly order: OrderStatus | null
}

/** The order of a purchase, for its shopper; times in epoch milliseconds. */
export interface OrderStatus {
  readonly id: string
  readonly state: OrderState
  readonly payBefore: number
  readonly closingReason: ClosingReason | null
  readonly extendedUntil: number | null
}

/** One purchase by its reservation, or undefined while no run has taken it. */
export async function findPurchase(db: Kysely<Database>, reservationId: string): Promise<PurchasesTable | undefined> {
  return db.selectFrom('purchases').selectAll().where('reservation_id', '=', reservationId).executeTakeFirst()
}

/** A lane that a run owns, or owned until it ended. */
export type OwnedPurchase = Pick<PurchasesTable, 'reservation_id' | 'owner' | 'state'>

/** A voucher's lanes that runs own. */
export async function ownedPurchases(db: Kysely<Database>, voucherId: number): Promise<readonly OwnedPurchase[]> {
  return db
    .selectFrom('purchases')
    .select(['reservation_id', 'owner', 'state'])
    .where('voucher_id', '=', voucherId)
    .where('owner', 'not in', [ownerOfLost, ownerOfCancelled])
    .execute()
}

/** The number of a run's lanes that await payment or have ended. */
export async function countServed(db: Kysely<Database>, owner: string): Promise<number> {
  const { lanes } = await db
    .selectFrom('purchases')
    .select((eb) => eb.fn.countAll<number>().as('lanes'))
    .where('owner', '=', owner)
    .where('state', '<>', 'PROCESSING')
    .executeTakeFirstOrThrow()
  return lanes
}

const idsAQuery = 1_000

/** The reservations, of those given, that have a purchase. */
export async function findOwned(db: Kysely<Database>, reservationIds: readonly string[]): Promise<ReadonlySet<string>> {
  const owned = new Set<string>()
  for (let first = 0; first < reservationIds.length; first += idsAQuery) {
    const rows = await db
      .selectFrom('purchases')
      .select('reservation_id as id')
      .where('reservation_id', 'in', reservationIds.slice(first, first + idsAQuery))
      .execute()
    for (const { id } of rows) owned.add(id)
  }
  return owned
}

/** The purchase of a trace id with its order, both by key; undefined while no run has taken it. */
export async function findPurchaseStatus(
  db: Kysely<Database>,
  reservationId: string,
): Promise<PurchaseStatus | undefined> {
  const row = await selectStatuses(db).where('p.reservation_id', '=', reservationId).executeTakeFirst()
  return row === undefined ? undefined : statusOf(row)
}

/** A user's purchases that runs have taken, newest first. */
export async function listPurchaseStatuses(
  db: Kysely<Database>,
  userId: number,
  limit = 50,
): Promise<readonly PurchaseStatus[]> {
  const query = selectStatuses(db).where('p.user_id', '=', userId)
  const rows = await query.orderBy('p.admitted_at', 'desc').orderBy('p.reservation_id').limit(limit).execute()
  return rows.map(statusOf)
}

function selectStatuses(db: Kysely<Database>) {
  return db
    .selectFrom('purchases as p')
    .leftJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .selectAll('p')
    .select(['o.id as orderId', 'o.state as orderState', 'o.pay_before as payBefore'])
    .select(['o.closing_reason as closingReason', 'o.extended_until as extendedUntil'])
}

function statusOf(row: InferResult<ReturnType<typeof selectStatuses>>[number]): PurchaseStatus {
  const { orderId, orderState, payBefore, closingReason, extendedUntil } = row
  return {
    reservationId: row.reservation_id,
    voucherId: row.voucher_id,
    userId: row.user_id,
    units: row.units,
    owner: row.owner,
    state: row.state,
    reason: row.reason,
    admittedAt: row.admitted_at,
    endedAt: row.ended_at,
    order:
      orderId === null || orderState === null || payBefore === null
        ? null
        : { id: orderId, state: orderState, payBefore, closingReason, extendedUntil },
  }
}
