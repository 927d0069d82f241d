import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database } from '../database.js'
import { byKind, type Notification, type NotificationKey, notificationId, selectNotifications } from './notification.js'

/** The place of a notification in its user's inbox. */
export interface InboxPlace extends NotificationKey {
  readonly createdAt: number
}

/** A page of a user's notifications. */
export interface InboxPage {
  readonly limit: number
  /** The last notification of the page before; the first page without it. */
  readonly after?: InboxPlace | undefined
}

/** A user's notifications, newest first. */
export async function listInbox(
  db: Kysely<Database>,
  userId: number,
  { limit, after }: InboxPage,
): Promise<readonly Notification[]> {
  const id = sql<string>`CONCAT(n.reservation_id, '.', n.kind)`
  return selectNotifications(db)
    .where('p.user_id', '=', userId)
    .$if(after !== undefined, (query) =>
      query.where((eb) => {
        const { createdAt, ...key } = after as InboxPlace
        const sameTime = eb.and([eb('n.created_at', '=', createdAt), eb(id, '>', notificationId(key))])
        return eb.or([eb('n.created_at', '<', createdAt), sameTime])
      }),
    )
    .orderBy('n.created_at', 'desc')
    .orderBy(id)
    .limit(limit)
    .execute()
}

/** The number of a user's notifications that are not marked as read. */
export async function countUnread(db: Kysely<Database>, userId: number): Promise<number> {
  const { unread } = await db
    .selectFrom('notifications as n')
    .innerJoin('purchases as p', 'p.reservation_id', 'n.reservation_id')
    .select((eb) => eb.fn.countAll<number>().as('unread'))
    .where('p.user_id', '=', userId)
    .where('n.read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return unread
}

/** Marks a user's own notifications as read; other users' are left alone. Answers how many were unread. */
export async function markRead(
  db: Kysely<Database>,
  userId: number,
  keys: readonly NotificationKey[],
): Promise<number> {
  let marked = 0n
  for (const [kind, reservationIds] of byKind(keys)) {
    const { numUpdatedRows } = await db
      .updateTable('notifications')
      .set({ read_at: nowMs })
      .where('kind', '=', kind)
      .where('reservation_id', 'in', reservationIds)
      .where('read_at', 'is', null)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('purchases as p')
            .select('p.reservation_id')
            .whereRef('p.reservation_id', '=', 'notifications.reservation_id')
            .where('p.user_id', '=', userId),
        ),
      )
      .executeTakeFirst()
    marked += numUpdatedRows
  }
  return Number(marked)
}
