import { type Kysely, sql } from 'kysely'
import type { Database, NotificationKind, PurchaseState, UserLanguage } from '../database.js'

/** Every kind of notification. */
export const notificationKinds = [
  'WON',
  'PAY_SOON',
  'REFUSED',
  'PAID',
  'EXPIRED',
  'CANCELLED',
  'REFUNDED',
] as const satisfies readonly NotificationKind[]

/** The key of a notification. */
export interface NotificationKey {
  readonly reservationId: string
  readonly kind: NotificationKind
}

/** A notification with what its message tells, as purchase and order stand now; times in epoch milliseconds. */
export interface Notification extends NotificationKey {
  readonly createdAt: number
  readonly readAt: number | null
  readonly voucherId: number
  readonly voucherTitle: string
  readonly units: number
  readonly purchaseState: PurchaseState
  readonly reason: string | null
  readonly orderId: string | null
  readonly priceMinor: number | null
  readonly currency: string | null
  readonly payBefore: number | null
}

/** The user that a notification is for; null for what the user does not have. */
export interface Recipient {
  readonly userId: number
  readonly email: string | null
  readonly webhookUrl: string | null
  readonly webhookSecret: string | null
  readonly language: UserLanguage | null
}

/** The id of a notification, by which its receivers tell a repeated message from a new one. */
export function notificationId({ reservationId, kind }: NotificationKey): string {
  return `${reservationId}.${kind}`
}

/** The key in an id, or undefined when it is none. */
export function parseNotificationId(id: string): NotificationKey | undefined {
  const [, reservationId, name] = /^([\w-]{1,64})\.([A-Z_]{1,16})$/.exec(id) ?? []
  const kind = notificationKinds.find((each) => each === name)
  return reservationId === undefined || kind === undefined ? undefined : { reservationId, kind }
}

/** Selects notifications (`n`) with their facts, which purchase (`p`), order (`o`) and voucher (`v`) have. */
export function selectNotifications(db: Kysely<Database>) {
  return db
    .selectFrom('notifications as n')
    .innerJoin('purchases as p', 'p.reservation_id', 'n.reservation_id')
    .leftJoin('vouchers as v', 'v.id', 'p.voucher_id')
    .leftJoin('orders as o', 'o.reservation_id', 'n.reservation_id')
    .select([
      'n.reservation_id as reservationId',
      'n.kind as kind',
      'n.created_at as createdAt',
      'n.read_at as readAt',
      'p.voucher_id as voucherId',
      sql<string>`COALESCE(v.title, p.voucher_id)`.as('voucherTitle'),
      'p.units as units',
      'p.state as purchaseState',
      'p.reason as reason',
      'o.id as orderId',
      'o.price_minor as priceMinor',
      'o.currency as currency',
      'o.pay_before as payBefore',
    ])
}

/** The reservations by the kind of their notification: one statement a kind names its rows by the primary key. */
export function byKind(keys: readonly NotificationKey[]): ReadonlyMap<NotificationKind, readonly string[]> {
  const groups = new Map<NotificationKind, string[]>()
  for (const { kind, reservationId } of keys) {
    const group = groups.get(kind)
    if (group === undefined) groups.set(kind, [reservationId])
    else group.push(reservationId)
  }
  return groups
}
