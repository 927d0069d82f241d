import type { Kysely } from 'kysely'
import type { Database, OrderState, PurchaseState } from './database.js'

/** A search for purchases that runs have taken; what is left out is not asked for. */
export interface PurchaseSearch {
  readonly voucherId?: number | undefined
  readonly userId?: number | undefined
  readonly reservationId?: string | undefined
  readonly orderId?: string | undefined
  readonly state?: PurchaseState | undefined
  readonly limit: number
  /** The number of purchases to pass over. */
  readonly offset: number
}

/** A purchase that a search found; times in epoch milliseconds. */
export interface FoundPurchase {
  readonly traceId: string
  readonly voucherId: number
  readonly userId: number
  readonly units: number
  readonly state: PurchaseState
  readonly reason: string | null
  readonly admittedAt: number
  readonly endedAt: number | null
  readonly orderId: string | null
  readonly orderState: OrderState | null
}

/** The purchases that a search asks for, of each voucher the last admitted first. */
export async function searchPurchases(db: Kysely<Database>, search: PurchaseSearch): Promise<readonly FoundPurchase[]> {
  const { voucherId, userId, reservationId, orderId, state, limit, offset } = search
  return db
    .selectFrom('purchases as p')
    .leftJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .select(['p.reservation_id as traceId', 'p.voucher_id as voucherId', 'p.user_id as userId', 'p.units', 'p.state'])
    .select(['p.reason', 'p.admitted_at as admittedAt', 'p.ended_at as endedAt'])
    .select(['o.id as orderId', 'o.state as orderState'])
    .$if(voucherId !== undefined, (query) => query.where('p.voucher_id', '=', voucherId as number))
    .$if(userId !== undefined, (query) => query.where('p.user_id', '=', userId as number))
    .$if(reservationId !== undefined, (query) => query.where('p.reservation_id', '=', reservationId as string))
    .$if(orderId !== undefined, (query) => query.where('o.id', '=', orderId as string))
    .$if(state !== undefined, (query) => query.where('p.state', '=', state as PurchaseState))
    .orderBy('p.voucher_id', 'desc')
    .orderBy('p.seq', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
}
