import { type Kysely, sql } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, NotificationKind } from '../database.js'

/**
 * Writes one notification of this kind for each of these purchases; call it with the transaction that changes their state. A purchase
 * that has one of this kind keeps it, and one that does not exist gets none.
 */
export async function writeNotifications(
  trx: Kysely<Database>,
  kind: NotificationKind,
  reservationIds: readonly string[],
): Promise<void> {
  if (reservationIds.length === 0) return
  await trx
    .insertInto('notifications')
    .columns(['reservation_id', 'kind', 'created_at', 'due_at'])
    .expression(
      trx
        .selectFrom('purchases')
        .select(['reservation_id', sql.lit(kind).as('kind'), nowMs.as('created_at'), nowMs.as('due_at')])
        .where('reservation_id', 'in', reservationIds),
    )
    .onDuplicateKeyUpdate({ reservation_id: sql`notifications.reservation_id` })
    .execute()
}
