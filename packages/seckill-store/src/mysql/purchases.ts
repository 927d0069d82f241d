import type { Kysely } from 'kysely'
import type { Database, OrderState, PurchaseState, PurchasesTable } from './database.js'

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
  readonly order: { readonly id: string; readonly state: OrderState; readonly payBefore: number } | null
}

/** One purchase by its reservation, or undefined while no run has taken it. */
export async function findPurchase(db: Kysely<Database>, reservationId: string): Promise<PurchasesTable | undefined> {
  return db.selectFrom('purchases').selectAll().where('reservation_id', '=', reservationId).executeTakeFirst()
}

/** The purchase of a trace id with its order, both by key; undefined while no run has taken it. */
export async function findPurchaseStatus(
  db: Kysely<Database>,
  reservationId: string,
): Promise<PurchaseStatus | undefined> {
  const row = await db
    .selectFrom('purchases as p')
    .leftJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .selectAll('p')
    .select(['o.id as orderId', 'o.state as orderState', 'o.pay_before as payBefore'])
    .where('p.reservation_id', '=', reservationId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { orderId, orderState, payBefore } = row
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
        : { id: orderId, state: orderState, payBefore },
  }
}
