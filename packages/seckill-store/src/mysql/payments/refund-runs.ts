import { type Kysely, sql } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, RefundKind, RefundState } from '../database.js'

/** A refund to make, with the order and the reservation whose payment it gives back. */
export interface RefundToMake {
  readonly refundId: string
  readonly orderId: string
  readonly reservationId: string
  readonly voucherId: number
  readonly kind: RefundKind
}

/** The oldest refunds that are not known to have a run. */
export function refundsWithoutRun(db: Kysely<Database>, limit: number): Promise<readonly RefundToMake[]> {
  return refundsToMake(db)
    .where('r.state', '=', 'REQUESTED')
    .where('r.owner', 'is', null)
    .orderBy('r.requested_at')
    .limit(limit)
    .execute()
}

/** Notes the runs of refunds, whose workflow ids are this prefix and the refund's id. A refund that has a run keeps it. */
export async function noteRefundRuns(
  db: Kysely<Database>,
  prefix: string,
  refundIds: readonly string[],
): Promise<void> {
  if (refundIds.length === 0) return
  await db
    .updateTable('refunds')
    .set({ owner: sql`CONCAT(${prefix}, id)` })
    .where('id', 'in', refundIds)
    .where('owner', 'is', null)
    .execute()
}

/** A page of refunds. */
export interface RefundPage {
  /** The last id of the page before; empty for the first page. */
  readonly after: string
  readonly limit: number
  /** Refunds that changed within so many milliseconds are left out. */
  readonly quietMs: number
}

const openStates: readonly RefundState[] = ['REQUESTED', 'PENDING', 'FAILED']

/** Refunds that have a run and have not ended, by id: the money is open, or the order of a refund that is done is not refunded. */
export function unfinishedRefunds(
  db: Kysely<Database>,
  { after, limit, quietMs }: RefundPage,
): Promise<readonly RefundToMake[]> {
  const open = db.selectFrom('refunds').select('id').where('state', 'in', openStates)
  const half = db
    .selectFrom('orders')
    .innerJoin('payments', 'payments.order_id', 'orders.id')
    .innerJoin('refunds', 'refunds.payment_id', 'payments.id')
    .select('refunds.id')
    .where('orders.state', '=', 'REFUNDING')
  return refundsToMake(db)
    .innerJoin(open.union(half).as('unfinished'), 'unfinished.id', 'r.id')
    .where('r.id', '>', after)
    .where('r.owner', 'is not', null)
    .where('r.updated_at', '<', sql<number>`${nowMs} - ${quietMs}`)
    .orderBy('r.id')
    .limit(limit)
    .execute()
}

function refundsToMake(db: Kysely<Database>) {
  return db
    .selectFrom('refunds as r')
    .innerJoin('orders as o', 'o.id', 'r.order_id')
    .select(['r.id as refundId', 'r.order_id as orderId', 'o.reservation_id as reservationId'])
    .select(['r.voucher_id as voucherId', 'r.kind'])
}
