import type { Kysely, Transaction } from 'kysely'
import { databaseNow } from '../clock.js'
import type { Database, NotificationChannel, OrderState } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { byKind, type NotificationKey, type Recipient } from './notification.js'
import { writeNotifications } from './write.js'

/** How deliveries are planned; times in milliseconds. */
export interface DeliveryPlan {
  /** Notifications taken up in one transaction. */
  readonly limit: number
  /** The reminder comes this long before an order's deadline; none where the order had less time than that. */
  readonly reminderMs: number
  /** The channels that a user can be reached by. */
  readonly channelsOf: (recipient: Recipient) => readonly NotificationChannel[]
}

interface DueNotification extends NotificationKey {
  readonly createdAt: number
  readonly dueAt: number
}

interface Standing extends Recipient {
  readonly orderState: OrderState | null
  readonly payBefore: number | null
}

/**
 * Takes up due notifications: each gets a delivery by every channel of its user. A WON is taken up a second time before its order's
 * deadline, and makes a PAY_SOON while the order awaits payment. Several processes may plan at once. Answers how many were taken up.
 */
export function planDeliveries(db: Kysely<Database>, plan: DeliveryPlan): Promise<number> {
  return inTransaction(db, async (trx) => {
    const now = await databaseNow(trx)
    const due = await lockDue(trx, now, plan.limit)
    if (due.length === 0) return 0
    const standings = await readStandings(trx, due)
    const fresh = due.filter((row) => row.dueAt === row.createdAt)
    await insertDeliveries(trx, now, fresh, (row) => channelsOf(standings.get(row.reservationId), plan))
    const awaiting = due.filter(
      (row) => row.dueAt > row.createdAt && awaitsPayment(standings.get(row.reservationId), now),
    )
    await writeNotifications(trx, 'PAY_SOON', reservationsOf(awaiting))
    await setDue(trx, null, due)
    await remindLater(trx, now, fresh, standings, plan.reminderMs)
    return due.length
  })
}

function channelsOf(recipient: Recipient | undefined, plan: DeliveryPlan): readonly NotificationChannel[] {
  return recipient === undefined ? [] : plan.channelsOf(recipient)
}

function awaitsPayment(standing: Standing | undefined, now: number): boolean {
  return standing?.orderState === 'PENDING_PAYMENT' && standing.payBefore !== null && standing.payBefore > now
}

function lockDue(trx: Transaction<Database>, now: number, limit: number): Promise<readonly DueNotification[]> {
  return trx
    .selectFrom('notifications')
    .select(['reservation_id as reservationId', 'kind', 'created_at as createdAt'])
    .select((eb) => eb.ref('due_at').$notNull().as('dueAt'))
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

async function readStandings(
  trx: Transaction<Database>,
  due: readonly NotificationKey[],
): Promise<ReadonlyMap<string, Standing>> {
  const rows = await trx
    .selectFrom('purchases as p')
    .leftJoin('users as u', 'u.id', 'p.user_id')
    .leftJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .select(['p.reservation_id as reservationId', 'p.user_id as userId', 'u.email', 'u.language'])
    .select(['u.webhook_url as webhookUrl', 'u.webhook_secret as webhookSecret'])
    .select(['o.state as orderState', 'o.pay_before as payBefore'])
    .where('p.reservation_id', 'in', reservationsOf(due))
    .execute()
  return new Map(rows.map(({ reservationId, ...standing }) => [reservationId, standing]))
}

async function insertDeliveries(
  trx: Transaction<Database>,
  now: number,
  due: readonly DueNotification[],
  channelsOf: (row: DueNotification) => readonly NotificationChannel[],
): Promise<void> {
  const rows = due.flatMap((row) =>
    channelsOf(row).map((channel) => ({
      reservation_id: row.reservationId,
      kind: row.kind,
      channel,
      state: 'PENDING' as const,
      attempts: 0,
      since: now,
      due_at: now,
      lease: null,
      problem: null,
      updated_at: now,
    })),
  )
  if (rows.length > 0) await trx.insertInto('notification_deliveries').values(rows).execute()
}

/** Plans the second look at each WON whose order has more time than the reminder takes. */
async function remindLater(
  trx: Transaction<Database>,
  now: number,
  fresh: readonly DueNotification[],
  standings: ReadonlyMap<string, Standing>,
  reminderMs: number,
): Promise<void> {
  const won = fresh.filter((row) => row.kind === 'WON' && awaitsPayment(standings.get(row.reservationId), now))
  const byDeadline = Map.groupBy(won, (row) => standings.get(row.reservationId)?.payBefore ?? 0)
  for (const [payBefore, rows] of byDeadline) {
    if (payBefore - reminderMs > now) await setDue(trx, payBefore - reminderMs, rows)
  }
}

async function setDue(
  trx: Transaction<Database>,
  dueAt: number | null,
  rows: readonly NotificationKey[],
): Promise<void> {
  for (const [kind, reservationIds] of byKind(rows)) {
    await trx
      .updateTable('notifications')
      .set({ due_at: dueAt })
      .where('kind', '=', kind)
      .where('reservation_id', 'in', reservationIds)
      .execute()
  }
}

function reservationsOf(rows: readonly NotificationKey[]): readonly string[] {
  return rows.map((row) => row.reservationId)
}
