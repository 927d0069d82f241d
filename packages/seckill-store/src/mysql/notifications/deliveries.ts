import { type Kysely, sql } from 'kysely'
import { writeAudit } from '../audit.js'
import { nowMs } from '../clock.js'
import type { Database, DeliveryState, NotificationChannel, NotificationDeliveriesTable } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { byKind, type NotificationKey } from './notification.js'

/** Names deliveries; a part that is left out names all. */
export interface DeliverySelection {
  readonly channel?: NotificationChannel | undefined
  readonly keys?: readonly NotificationKey[] | undefined
}

/** A delivery with its user. */
export interface ListedDelivery extends NotificationKey {
  readonly channel: NotificationChannel
  readonly userId: number
  readonly state: DeliveryState
  readonly attempts: number
  readonly problem: string | null
  readonly updatedAt: number
}

/** The deliveries in a state, those that changed last first. */
export async function listDeliveries(
  db: Kysely<Database>,
  state: DeliveryState,
  { channel, limit }: { readonly channel?: NotificationChannel | undefined; readonly limit: number },
): Promise<readonly ListedDelivery[]> {
  return db
    .selectFrom('notification_deliveries as d')
    .innerJoin('purchases as p', 'p.reservation_id', 'd.reservation_id')
    .select(['d.reservation_id as reservationId', 'd.kind', 'd.channel', 'p.user_id as userId', 'd.state'])
    .select(['d.attempts', 'd.problem', 'd.updated_at as updatedAt'])
    .where('d.state', '=', state)
    .$if(channel !== undefined, (query) => query.where('d.channel', '=', channel as NotificationChannel))
    .orderBy('d.updated_at', 'desc')
    .limit(limit)
    .execute()
}

/** The number of dead deliveries, of one channel or of all. */
export async function countDead(db: Kysely<Database>, channel?: NotificationChannel): Promise<number> {
  const { dead } = await db
    .selectFrom('notification_deliveries')
    .select((eb) => eb.fn.countAll<number>().as('dead'))
    .where('state', '=', 'DEAD')
    .$if(channel !== undefined, (query) => query.where('channel', '=', channel as NotificationChannel))
    .executeTakeFirstOrThrow()
  return dead
}

/** Makes dead deliveries due again, under the ids they had; the audit has the actor and the reason. Answers how many. */
export function sendAgain(
  db: Kysely<Database>,
  selection: DeliverySelection,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<number> {
  return inTransaction(db, async (trx) => {
    const groups = selection.keys === undefined ? [undefined] : [...byKind(selection.keys)]
    let deliveries = 0n
    for (const group of groups) deliveries += await revive(trx, selection.channel, group)
    const after = { ...selection, deliveries: Number(deliveries) }
    await writeAudit(trx, { actor, action: 'notifications.send-again', subject: 'notifications', reason, after })
    return Number(deliveries)
  })
}

async function revive(
  trx: Kysely<Database>,
  channel: NotificationChannel | undefined,
  group: readonly [NotificationDeliveriesTable['kind'], readonly string[]] | undefined,
): Promise<bigint> {
  const { numUpdatedRows } = await trx
    .updateTable('notification_deliveries')
    .set({ state: 'PENDING', attempts: 0, since: nowMs, due_at: nowMs, updated_at: nowMs })
    .where('state', '=', 'DEAD')
    .$if(channel !== undefined, (query) => query.where('channel', '=', channel as NotificationChannel))
    .$if(group !== undefined, (query) => {
      const [kind, reservationIds] = group as NonNullable<typeof group>
      return query.where('kind', '=', kind).where('reservation_id', 'in', reservationIds)
    })
    .executeTakeFirst()
  return numUpdatedRows
}

/** The deliveries of one voucher's notifications by state; `unplanned` notifications have none yet. */
export interface DeliveryCounts {
  readonly sent: number
  readonly dead: number
  readonly pending: number
  readonly unplanned: number
}

/** Counts the deliveries of a voucher's notifications. */
export async function countDeliveries(db: Kysely<Database>, voucherId: number): Promise<DeliveryCounts> {
  const states = await db
    .selectFrom('purchases as p')
    .innerJoin('notification_deliveries as d', 'd.reservation_id', 'p.reservation_id')
    .select((eb) => ['d.state', eb.fn.countAll<number>().as('count')])
    .where('p.voucher_id', '=', voucherId)
    .groupBy('d.state')
    .execute()
  const { unplanned } = await db
    .selectFrom('purchases as p')
    .innerJoin('notifications as n', 'n.reservation_id', 'p.reservation_id')
    .select((eb) => eb.fn.countAll<number>().as('unplanned'))
    .where('p.voucher_id', '=', voucherId)
    .where('n.due_at', '<=', nowMs)
    .executeTakeFirstOrThrow()
  const count = (state: DeliveryState): number => states.find((row) => row.state === state)?.count ?? 0
  return { sent: count('SENT'), dead: count('DEAD'), pending: count('PENDING'), unplanned }
}

/** Milliseconds since which the oldest due notification waits for its deliveries, and the oldest due delivery of each channel for its attempt. */
export interface DueAges {
  readonly unplanned: number
  readonly channels: ReadonlyMap<string, number>
}

/** Reads how far behind the notifiers are; 0 where nothing is due. */
export async function readDueAges(db: Kysely<Database>, channels: readonly NotificationChannel[]): Promise<DueAges> {
  const age = sql<number>`COALESCE(${nowMs} - MIN(due_at), 0)`.as('age')
  const { age: unplanned } = await db
    .selectFrom('notifications')
    .select(age)
    .where('due_at', '<=', nowMs)
    .executeTakeFirstOrThrow()
  const ages = channels.map(async (channel) => {
    const oldest = await db
      .selectFrom('notification_deliveries')
      .select(age)
      .where('channel', '=', channel)
      .where('due_at', '<=', nowMs)
      .executeTakeFirstOrThrow()
    return [channel, oldest.age] as const
  })
  return { unplanned, channels: new Map(await Promise.all(ages)) }
}
