import { type Kysely, sql } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, RefundsTable } from '../database.js'

/** A refund to make, with the reservation and the payment that it gives back. */
export interface RefundToMake {
  readonly refundId: string
  readonly voucherId: number
  readonly reservationId: string
  readonly kind: RefundsTable['kind']
}

/** Refunds that belong to one run, by its workflow id. */
export interface RefundRun {
  readonly owner: string
  readonly refunds: readonly RefundToMake[]
}

/**
 * Gives at most `limit` refunds that no run has to the run `owner`, and returns them with those of earlier runs that have not begun after
 * `overdueMs`: their start may have been lost, and a second start of the same workflow id is the same run.
 */
export async function claimRefunds(
  db: Kysely<Database>,
  { owner, limit, overdueMs }: { readonly owner: string; readonly limit: number; readonly overdueMs: number },
): Promise<readonly RefundRun[]> {
  await sql`UPDATE refunds SET owner = ${owner}, updated_at = ${nowMs}
    WHERE state = 'REQUESTED' AND owner IS NULL ORDER BY requested_at LIMIT ${sql.lit(limit)}`.execute(db)
  const rows = await db
    .selectFrom('refunds as r')
    .innerJoin('orders as o', 'o.id', 'r.order_id')
    .select(['r.id as refundId', 'r.voucher_id as voucherId', 'o.reservation_id as reservationId', 'r.kind', 'r.owner'])
    .where('r.state', '=', 'REQUESTED')
    .where('r.owner', 'is not', null)
    .where((eb) => eb.or([eb('r.owner', '=', owner), eb('r.updated_at', '<', sql<number>`${nowMs} - ${overdueMs}`)]))
    .orderBy('r.id')
    .limit(2 * limit)
    .execute()
  return [...Map.groupBy(rows, (row) => row.owner as string)].map(([of, group]) => ({
    owner: of,
    refunds: group.map(({ owner: _, ...refund }) => refund),
  }))
}

/** The refunds, of those given, that this run owns. */
export async function ownedRefunds(
  db: Kysely<Database>,
  owner: string,
  refundIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('refunds')
    .select('id')
    .where('id', 'in', refundIds)
    .where('owner', '=', owner)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
