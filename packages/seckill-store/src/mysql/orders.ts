import type { Kysely } from 'kysely'
import type { Database, OrdersTable } from './database.js'

/** A user's orders, newest first. */
export async function listOrders(db: Kysely<Database>, userId: number, limit = 50): Promise<readonly OrdersTable[]> {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Reports whether a voucher has orders that may still close unpaid, and give their units back. */
export async function hasUnpaidOrders(db: Kysely<Database>, voucherId: number): Promise<boolean> {
  const row = await db
    .selectFrom('orders')
    .select('id')
    .where('voucher_id', '=', voucherId)
    .where('state', 'in', ['PENDING_PAYMENT', 'CLOSING'])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** One order of this user; undefined for another user's order and for one that does not exist. */
export async function findOrder(
  db: Kysely<Database>,
  userId: number,
  orderId: string,
): Promise<OrdersTable | undefined> {
  return db.selectFrom('orders').selectAll().where('id', '=', orderId).where('user_id', '=', userId).executeTakeFirst()
}
