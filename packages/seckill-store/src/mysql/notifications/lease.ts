import { randomUUID } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import { databaseNow } from '../clock.js'
import type { Database, NotificationChannel } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { byKind, type Notification, type NotificationKey, type Recipient, selectNotifications } from './notification.js'

/** A message to one user by one channel, for as long as its lease lasts. */
export interface LeasedDelivery {
  readonly notification: Notification
  readonly recipient: Recipient
  /** Attempts so far, this one included. */
  readonly attempts: number
  /** Milliseconds that the delivery has been tried for. */
  readonly triedForMs: number
}

/** Deliveries of one channel that no other notifier sends meanwhile. */
export interface DeliveryLease {
  readonly channel: NotificationChannel
  readonly id: string
  readonly deliveries: readonly LeasedDelivery[]
}

/** How much is leased, and for how long. */
export interface LeaseLimits {
  readonly limit: number
  /** Milliseconds after which a delivery without a recorded result is due again. */
  readonly leaseMs: number
}

/** Leases due deliveries of a channel: each is one attempt, also where no result of it is ever recorded. */
export async function leaseDeliveries(
  db: Kysely<Database>,
  channel: NotificationChannel,
  limits: LeaseLimits,
): Promise<DeliveryLease> {
  const id = randomUUID()
  const { now, keys } = await inTransaction(db, async (trx) => {
    const now = await databaseNow(trx)
    const keys = await lockDue(trx, channel, now, limits.limit)
    for (const [kind, reservationIds] of byKind(keys)) {
      await trx
        .updateTable('notification_deliveries')
        .set({ lease: id, due_at: now + limits.leaseMs, attempts: sql`attempts + 1`, updated_at: now })
        .where('channel', '=', channel)
        .where('kind', '=', kind)
        .where('reservation_id', 'in', reservationIds)
        .execute()
    }
    return { now, keys }
  })
  return { channel, id, deliveries: keys.length === 0 ? [] : await readLeased(db, id, keys, now) }
}

function lockDue(
  trx: Transaction<Database>,
  channel: NotificationChannel,
  now: number,
  limit: number,
): Promise<readonly NotificationKey[]> {
  return trx
    .selectFrom('notification_deliveries')
    .select(['reservation_id as reservationId', 'kind'])
    .where('channel', '=', channel)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

async function readLeased(
  db: Kysely<Database>,
  id: string,
  keys: readonly NotificationKey[],
  now: number,
): Promise<readonly LeasedDelivery[]> {
  const rows = await selectNotifications(db)
    .innerJoin('notification_deliveries as d', (join) =>
      join.onRef('d.reservation_id', '=', 'n.reservation_id').onRef('d.kind', '=', 'n.kind'),
    )
    .leftJoin('users as u', 'u.id', 'p.user_id')
    .select(['d.attempts', 'd.since', 'p.user_id as userId', 'u.email', 'u.language'])
    .select(['u.webhook_url as webhookUrl', 'u.webhook_secret as webhookSecret'])
    .where(
      'n.reservation_id',
      'in',
      keys.map((key) => key.reservationId),
    )
    .where('d.lease', '=', id)
    .execute()
  return rows.map(({ attempts, since, userId, email, language, webhookUrl, webhookSecret, ...notification }) => ({
    notification,
    recipient: { userId, email, language, webhookUrl, webhookSecret },
    attempts,
    triedForMs: now - since,
  }))
}
