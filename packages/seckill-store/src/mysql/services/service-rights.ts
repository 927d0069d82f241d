import type { Database } from '../database.js'

/** The services of the sale, in the order of a purchase. */
export const serviceNames = ['user', 'voucher', 'stock', 'order', 'payment', 'notification'] as const
export type ServiceName = (typeof serviceNames)[number]

/** A right on a table. */
export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

/** The tables of the sale, with Kysely's record of the migrations. */
type Tables = Database & { readonly kysely_migration: unknown }

/** What a service may do with the tables of others: the columns of each right, or `*` for all. */
type SharedRights = {
  readonly [T in keyof Tables]?: Readonly<Partial<Record<Right, '*' | readonly (keyof Tables[T])[]>>>
}

/** The rights of one service: everything on its own tables, and what `shared` names of others. */
export interface ServiceRights {
  readonly own: readonly (keyof Database)[]
  /** `true` where its steps write barrier rows, which are in a table of its own. */
  readonly barrier: boolean
  readonly shared: SharedRights
}

/** A service waits at its start until the tables are those of its version. */
const version = { kysely_migration: { SELECT: '*' } } as const
/** The lanes that have ended, whose old barrier rows are deleted. */
const ended = { SELECT: ['reservation_id', 'owner', 'state'] } as const
const written = ['reservation_id', 'kind', 'created_at', 'due_at'] as const
/** A notification is written with the change that it tells; MariaDB asks an INSERT … ON DUPLICATE KEY UPDATE for both rights on its columns. */
const tells = { SELECT: ['reservation_id'], INSERT: written, UPDATE: written } as const

/**
 * What each service may do, of which its database user gets exactly this. A table has one service; every further right on it stands in
 * `shared`. The API, and the worker that carries out the sagas, have the account of the sale.
 */
export const serviceRights: Readonly<Record<ServiceName, ServiceRights>> = {
  user: {
    own: ['users', 'user_claims'],
    barrier: true,
    shared: {
      // The limit that its claims keep, and the purchase that a key belongs to.
      seckill_vouchers: { SELECT: ['voucher_id', 'limit_per_user'] },
      idempotency_keys: { SELECT: '*' },
      purchases: ended,
      ...version,
    },
  },
  voucher: {
    own: ['vouchers', 'seckill_vouchers', 'campaign_terms', 'voucher_claims'],
    barrier: true,
    shared: { purchases: ended, ...version },
  },
  stock: {
    own: ['stock', 'stock_ledger'],
    barrier: true,
    shared: { purchases: ended, ...version },
  },
  order: {
    own: ['purchases', 'orders', 'idempotency_keys'],
    barrier: true,
    shared: {
      // The terms and the price that the order is made with.
      vouchers: { SELECT: ['id', 'currency'] },
      campaign_terms: { SELECT: ['voucher_id', 'version', 'pay_window_ms'] },
      voucher_claims: { SELECT: ['reservation_id', 'price_minor'] },
      // An order whose payment was started is closed by the payment's step alone.
      payments: { SELECT: ['order_id'] },
      notifications: tells,
      ...version,
    },
  },
  payment: {
    own: ['payments', 'payment_inbox', 'refunds'],
    barrier: false,
    shared: {
      // The state of an order and of its purchase changes in the transaction of the payment that decides it.
      orders: { SELECT: '*', UPDATE: ['state', 'closing_reason', 'extended_until', 'updated_at'] },
      purchases: { SELECT: ['reservation_id', 'state'], UPDATE: ['state', 'ended_at'] },
      notifications: tells,
      ...version,
    },
  },
  notification: {
    own: ['notifications', 'notification_deliveries'],
    barrier: false,
    shared: {
      // What a message tells, and where its user is reached.
      users: { SELECT: ['id', 'email', 'language', 'webhook_url', 'webhook_secret'] },
      vouchers: { SELECT: ['id', 'title'] },
      purchases: { SELECT: ['reservation_id', 'voucher_id', 'user_id', 'units', 'state', 'reason'] },
      orders: { SELECT: ['id', 'reservation_id', 'state', 'price_minor', 'currency', 'pay_before'] },
      ...version,
    },
  },
}
