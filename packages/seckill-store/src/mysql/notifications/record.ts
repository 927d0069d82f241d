import { type Kysely, sql, type Transaction, type UpdateObject } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import type { DeliveryLease } from './lease.js'
import { byKind, type NotificationKey } from './notification.js'

/** The result of an attempt: it arrived, it is tried again after a pause in milliseconds, or it is given up. */
export type DeliveryResult =
  | { readonly state: 'SENT' }
  | { readonly state: 'PENDING'; readonly pauseMs: number; readonly problem: string }
  | { readonly state: 'DEAD'; readonly problem: string }

/** An attempt of a lease with its result. */
export interface RecordedAttempt {
  readonly notification: NotificationKey
  readonly result: DeliveryResult
}

/** Records the results of a lease's attempts; of a lease that has passed to another notifier they change nothing. Answers how many were recorded. */
export function recordDeliveries(
  db: Kysely<Database>,
  lease: Pick<DeliveryLease, 'channel' | 'id'>,
  attempts: readonly RecordedAttempt[],
): Promise<number> {
  const groups = Map.groupBy(attempts, ({ result }) => JSON.stringify(result))
  return inTransaction(db, async (trx) => {
    let recorded = 0n
    for (const group of groups.values()) {
      const result = group[0]?.result
      if (result === undefined) continue
      const keys = group.map((attempt) => attempt.notification)
      recorded += await update(trx, lease, keys, changesOf(result))
    }
    return Number(recorded)
  })
}

/** Characters of the column. */
const longestProblem = 300

function changesOf(result: DeliveryResult): UpdateObject<Database, 'notification_deliveries'> {
  const common = { state: result.state, lease: null, updated_at: nowMs }
  if (result.state === 'SENT') return { ...common, due_at: null, problem: null }
  const problem = result.problem.slice(0, longestProblem)
  const dueAt = result.state === 'DEAD' ? null : sql<number>`${nowMs} + ${Math.round(result.pauseMs)}`
  return { ...common, problem, due_at: dueAt }
}

async function update(
  trx: Transaction<Database>,
  { channel, id }: Pick<DeliveryLease, 'channel' | 'id'>,
  keys: readonly NotificationKey[],
  changes: UpdateObject<Database, 'notification_deliveries'>,
): Promise<bigint> {
  let updated = 0n
  for (const [kind, reservationIds] of byKind(keys)) {
    const { numUpdatedRows } = await trx
      .updateTable('notification_deliveries')
      .set(changes)
      .where('channel', '=', channel)
      .where('kind', '=', kind)
      .where('reservation_id', 'in', reservationIds)
      .where('lease', '=', id)
      .executeTakeFirst()
    updated += numUpdatedRows
  }
  return updated
}
