import type { Kysely } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, OrderState, PurchaseState } from '../database.js'
import type { ChangedLane } from './captures.js'

/** The purchase that a buyer cancelled, as it is then. */
export interface CancelledPurchase extends ChangedLane {
  readonly state: PurchaseState
  readonly order: OrderState | null
}

/**
 * Cancels a purchase that a run has, for its buyer: the intent is stored, and an order that awaits payment begins to close. Undefined for
 * a purchase that MySQL does not have, or that is another user's. Both are compare-and-sets; a purchase that has ended stays as it is.
 */
export async function cancelPurchase(
  db: Kysely<Database>,
  { userId, reservationId }: { readonly userId: number; readonly reservationId: string },
): Promise<CancelledPurchase | undefined> {
  await db
    .updateTable('purchases')
    .set({ cancel_requested_at: nowMs })
    .where('reservation_id', '=', reservationId)
    .where('user_id', '=', userId)
    .where('state', 'in', ['PROCESSING', 'AWAITING_PAYMENT'])
    .where('cancel_requested_at', 'is', null)
    .execute()
  // After the intent is committed: either createOrder has read it, or the order is there to close.
  await db
    .updateTable('orders')
    .set({ state: 'CLOSING', closing_reason: 'CANCELLED_BY_BUYER', updated_at: nowMs })
    .where('reservation_id', '=', reservationId)
    .where('user_id', '=', userId)
    .where('state', '=', 'PENDING_PAYMENT')
    .execute()
  return db
    .selectFrom('purchases as p')
    .leftJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .select(['p.reservation_id as reservationId', 'p.owner', 'p.state', 'o.state as order'])
    .where('p.reservation_id', '=', reservationId)
    .where('p.user_id', '=', userId)
    .executeTakeFirst()
}
