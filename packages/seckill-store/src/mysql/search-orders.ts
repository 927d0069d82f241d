import type { Kysely } from 'kysely'
import type { Database, OrderState, OrdersTable } from './database.js'

/** An order's place in the order of a search: by user, then by id. */
interface OrderPlace {
  readonly userId: number
  readonly orderId: string
}

/** A search for orders; it names a voucher or a user, so that it goes by an index. */
export interface OrderSearch {
  readonly voucherId?: number | undefined
  readonly userId?: number | undefined
  readonly state?: OrderState | undefined
  /** The last order of the page before. */
  readonly after?: OrderPlace | undefined
  readonly limit: number
}

/** The orders that a search asks for, by user and id. */
export async function searchOrders(db: Kysely<Database>, search: OrderSearch): Promise<readonly OrdersTable[]> {
  const { voucherId, userId, state, after, limit } = search
  return db
    .selectFrom('orders')
    .selectAll()
    .$if(voucherId !== undefined, (query) => query.where('voucher_id', '=', voucherId as number))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as number))
    .$if(state !== undefined, (query) => query.where('state', '=', state as OrderState))
    .$if(after !== undefined, (query) => {
      const place = after as OrderPlace
      return query.where(({ eb, or, and }) =>
        or([eb('user_id', '>', place.userId), and([eb('user_id', '=', place.userId), eb('id', '>', place.orderId)])]),
      )
    })
    .orderBy('user_id')
    .orderBy('id')
    .limit(limit)
    .execute()
}

const rowsAPage = 1_000

/** Every order that a search asks for, a page in memory at a time; orders that are made meanwhile may be left out. */
export async function* eachOrderPage(
  db: Kysely<Database>,
  search: Omit<OrderSearch, 'after' | 'limit'>,
): AsyncGenerator<readonly OrdersTable[], void> {
  let after: OrderPlace | undefined
  for (;;) {
    const page = await searchOrders(db, { ...search, after, limit: rowsAPage })
    yield page
    const last = page.at(-1)
    if (last === undefined || page.length < rowsAPage) return
    after = { userId: last.user_id, orderId: last.id }
  }
}
