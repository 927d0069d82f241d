import type { Transaction } from 'kysely'
import type { Database, OrdersTable } from '../database.js'

/** A locked order with the id of its payment. */
export type LockedOrder = Pick<OrdersTable, 'id' | 'reservation_id' | 'owner' | 'state' | 'extended_until'> & {
  readonly paymentId: string
}

/**
 * Locks the orders of these payments, by order id. Every transaction locks orders before it changes payments, purchases or refunds, so
 * that two of them never wait for each other.
 */
export async function lockOrdersOf(
  trx: Transaction<Database>,
  paymentIds: readonly string[],
): Promise<readonly LockedOrder[]> {
  if (paymentIds.length === 0) return []
  const payments = await trx.selectFrom('payments').select(['id', 'order_id']).where('id', 'in', paymentIds).execute()
  if (payments.length === 0) return []
  const paymentOf = new Map(payments.map(({ id, order_id }) => [order_id, id]))
  const orders = await trx
    .selectFrom('orders')
    .select(['id', 'reservation_id', 'owner', 'state', 'extended_until'])
    .where('id', 'in', [...paymentOf.keys()])
    .orderBy('id')
    .forUpdate()
    .execute()
  return orders.map((order) => ({ ...order, paymentId: paymentOf.get(order.id) as string }))
}
