import { sql, type Transaction } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database } from '../database.js'

/** Ends orders that are closing: expired where their time to pay was over, else cancelled. */
export async function closeOrders(trx: Transaction<Database>, orders: readonly ClosingOrder[]): Promise<void> {
  if (orders.length === 0) return
  await trx
    .updateTable('orders')
    .set({ state: sql`IF(closing_reason = 'PAYMENT_EXPIRED', 'EXPIRED', 'CANCELLED')`, updated_at: nowMs })
    .where('id', 'in', idsOf(orders))
    .where('state', '=', 'CLOSING')
    .execute()
}

/** The ids of orders, for an `in`. */
export function idsOf(orders: readonly ClosingOrder[]): string[] {
  return orders.map(({ id }) => id)
}

/** An order whose row is locked. */
interface ClosingOrder {
  readonly id: string
}
