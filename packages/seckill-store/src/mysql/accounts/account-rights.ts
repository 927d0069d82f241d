import type { Database } from '../database.js'

/** The services of the sale, in the order of a purchase. */
export const serviceNames = ['user', 'voucher', 'stock', 'order', 'payment', 'notification'] as const
export type ServiceName = (typeof serviceNames)[number]

/** The accounts of a sale whose services all run apart; `worker` is that of the process which carries out the sagas. */
export const accountNames = [...serviceNames, 'worker'] as const
export type AccountName = (typeof accountNames)[number]

/** A right on a table. */
export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

/** The tables of the sale, with Kysely's record of the migrations. */
type Tables = Database & { readonly kysely_migration: unknown }

/** What an account may do with the tables of others: the columns of each right, or `*` for all. */
type SharedRights = {
  readonly [T in keyof Tables]?: Readonly<Partial<Record<Right, '*' | readonly (keyof Tables[T])[]>>>
}

/** The rights of one account: everything on its own tables, and what `shared` names of others. */
export interface AccountRights {
  readonly own: readonly (keyof Database)[]
  /** `true` where its steps write barrier rows that are in a database of its own. */
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

/** A purchase that no consumer of the broker could take; its end is the insert that decides the owner of a lane, with both rights as above. */
const unprocessed = [
  'reservation_id',
  'voucher_id',
  'user_id',
  'units',
  'owner',
  'state',
  'reason',
  'order_id',
  'seq',
  'admitted_at',
  'taken_at',
  'ended_at',
] as const

/**
 * What each account may do, of which the database user gets exactly this. A table has one owner; every further right on it stands in
 * `shared`. The API has the account of the sale.
 */
export const accountRights: Readonly<Record<AccountName, AccountRights>> = {
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
  worker: {
    own: ['saga_barrier'],
    barrier: false,
    shared: {
      // Certificates, reconciliations and invariants read every ledger.
      vouchers: { SELECT: '*' },
      purchases: {
        SELECT: '*',
        // The dead letters of the broker are refused; a refund ends a purchase, and so does a capture that was lost.
        INSERT: unprocessed,
        UPDATE: unprocessed,
      },
      orders: { SELECT: '*', UPDATE: ['state', 'updated_at'] },
      payments: { SELECT: '*', UPDATE: ['state', 'provider_id', 'captured_at', 'updated_at', 'pay_url'] },
      refunds: { SELECT: '*', INSERT: '*', UPDATE: '*' },
      idempotency_keys: { SELECT: '*' },
      request_tallies: { SELECT: '*' },
      // A refund gives the units of its order back.
      user_claims: { SELECT: '*', DELETE: '*' },
      voucher_claims: { SELECT: '*', DELETE: '*' },
      stock: { SELECT: '*', UPDATE: ['quantity'] },
      stock_ledger: { SELECT: '*', INSERT: ['reference', 'kind', 'voucher_id', 'units', 'at'] },
      // A campaign moves by itself, and settles with its certificate.
      seckill_vouchers: { SELECT: '*', UPDATE: ['state', 'version', 'claimed'] },
      campaign_terms: { SELECT: '*', INSERT: '*' },
      certificates: { SELECT: '*', INSERT: '*' },
      certificate_parts: { SELECT: '*', INSERT: '*' },
      audit: { INSERT: ['at', 'actor', 'action', 'subject', 'reason', 'before_value', 'after_value'] },
      notifications: tells,
      ...version,
    },
  },
}
