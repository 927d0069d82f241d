import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Database } from '../mysql/database.js'

/** The money of one sale in minor units, and the orders and payments that break an invariant. */
export interface MoneyFigures {
  /** Captured payments. */
  readonly captured: number
  /** Their number. */
  readonly captures: number
  /** Refunds that are done. */
  readonly refunded: number
  /** Their number. */
  readonly refunds: number
  /** Prices of paid orders. */
  readonly paid: number
  /** Reservations whose order keeps other money than its state says: its price where it is paid, nothing otherwise. */
  readonly misplaced: readonly string[]
  /** Reservations with a captured payment of another amount or currency than their order. */
  readonly foreign: readonly string[]
  /** Refunds without a captured payment of their order, amount and currency. */
  readonly unfounded: readonly string[]
  /** Payments without an order of their voucher. */
  readonly orderless: readonly string[]
}

/** Reads a voucher's payments and refunds against its orders. */
export async function readMoney(trx: Transaction<Database>, voucherId: number): Promise<MoneyFigures> {
  return {
    ...(await readSums(trx, voucherId)),
    misplaced: await named(trx, misplacedMoney(voucherId)),
    foreign: await named(trx, foreignCaptures(voucherId)),
    unfounded: await named(trx, unfoundedRefunds(voucherId)),
    orderless: await named(trx, orderlessPayments(voucherId)),
  }
}

type Sums = Pick<MoneyFigures, 'captured' | 'captures' | 'refunded' | 'refunds' | 'paid'>

async function readSums(trx: Transaction<Database>, voucherId: number): Promise<Sums> {
  const { rows } = await sql<Sums>`SELECT
    (SELECT COALESCE(SUM(amount_minor), 0) FROM payments WHERE voucher_id = ${voucherId} AND state = 'CAPTURED')
      AS captured,
    (SELECT COUNT(*) FROM payments WHERE voucher_id = ${voucherId} AND state = 'CAPTURED') AS captures,
    (SELECT COALESCE(SUM(amount_minor), 0) FROM refunds WHERE voucher_id = ${voucherId} AND state = 'DONE')
      AS refunded,
    (SELECT COUNT(*) FROM refunds WHERE voucher_id = ${voucherId} AND state = 'DONE') AS refunds,
    (SELECT COALESCE(SUM(price_minor), 0) FROM orders WHERE voucher_id = ${voucherId} AND state = 'PAID')
      AS paid`.execute(trx)
  return rows[0] ?? { captured: 0, captures: 0, refunded: 0, refunds: 0, paid: 0 }
}

async function named(trx: Transaction<Database>, query: RawBuilder<{ readonly id: string }>): Promise<string[]> {
  const { rows } = await query.execute(trx)
  return rows.map((row) => row.id)
}

/** Money whose refund is open is on its way; a sale at rest has none. */
function misplacedMoney(voucherId: number) {
  return sql<{ id: string }>`
    SELECT o.reservation_id AS id
    FROM orders o
      LEFT JOIN payments p ON p.order_id = o.id AND p.state = 'CAPTURED'
      LEFT JOIN refunds r ON r.payment_id = p.id
    WHERE o.voucher_id = ${voucherId} AND COALESCE(r.state = 'DONE', r.id IS NULL)
      AND COALESCE(p.amount_minor, 0) - COALESCE(r.amount_minor, 0) <> IF(o.state = 'PAID', o.price_minor, 0)
    ORDER BY o.reservation_id`
}

function foreignCaptures(voucherId: number) {
  return sql<{ id: string }>`
    SELECT o.reservation_id AS id
    FROM payments p JOIN orders o ON o.id = p.order_id
    WHERE p.voucher_id = ${voucherId} AND p.state = 'CAPTURED'
      AND (p.amount_minor <> o.price_minor OR p.currency <> o.currency)
    ORDER BY o.reservation_id`
}

function unfoundedRefunds(voucherId: number) {
  return sql<{ id: string }>`
    SELECT r.id
    FROM refunds r
      LEFT JOIN payments p ON p.id = r.payment_id AND p.order_id = r.order_id AND p.state = 'CAPTURED'
        AND p.voucher_id = r.voucher_id AND p.amount_minor = r.amount_minor AND p.currency = r.currency
    WHERE r.voucher_id = ${voucherId} AND p.id IS NULL
    ORDER BY r.id`
}

function orderlessPayments(voucherId: number) {
  return sql<{ id: string }>`
    SELECT p.id
    FROM payments p LEFT JOIN orders o ON o.id = p.order_id AND o.voucher_id = p.voucher_id
    WHERE p.voucher_id = ${voucherId} AND o.id IS NULL
    ORDER BY p.id`
}
