import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Router } from 'express'
import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import { eachOrderPage, type OrdersTable, searchOrders } from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { answered, endOfFullPage } from '../http/answered.js'
import { routes } from '../http/routes.js'
import { adminOrderOperations } from './order-operations.js'

export interface OrderRouteDependencies {
  readonly db: SaleDatabase
  readonly logger: Logger
}

/** Searches orders, and writes them as CSV. */
export function adminOrderRoutes({ db, logger }: OrderRouteDependencies): Router {
  return routes(adminOrderOperations)({
    async searchOrders({ query }) {
      const orders = await answered(searchOrders(db, query))
      const last = endOfFullPage(orders, query.limit)
      const next = last === undefined ? null : `${last.user_id}.${last.id}`
      return { status: 200, data: { orders: orders.map(view), next } }
    },
    async exportOrders({ query, response }) {
      const pages = eachOrderPage(db, query)
      // The first page is read before the answer begins, so that MySQL's silence is an answer of its own.
      const first = await answered(pages.next())
      const name = `orders-${query.voucherId ?? `user-${query.userId}`}.csv`
      response.writeHead(200, {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': `attachment; filename="${name}"`,
        'Cache-Control': 'no-store',
      })
      // An answer that cannot be finished is cut off, which its reader sees: it has no last chunk.
      await pipeline(Readable.from(textOf(first, pages)), response).catch((error: unknown) =>
        logger.warn({ reason: reasonOf(error) }, 'an export of orders was cut off'),
      )
      return undefined
    },
  })
}

type Pages = AsyncGenerator<readonly OrdersTable[], void>

async function* textOf(
  first: IteratorResult<readonly OrdersTable[], void>,
  pages: Pages,
): AsyncGenerator<string, void> {
  yield `${columns.join(',')}\r\n`
  for (let page = first; page.done !== true; page = await pages.next()) {
    if (page.value.length > 0) yield page.value.map(lineOf).join('')
  }
}

function view(order: OrdersTable) {
  return {
    orderId: order.id,
    traceId: order.reservation_id,
    voucherId: order.voucher_id,
    userId: order.user_id,
    units: order.units,
    priceMinor: order.price_minor,
    currency: order.currency,
    state: order.state,
    closingReason: order.closing_reason,
    createdAt: order.created_at,
    payBefore: order.pay_before,
    updatedAt: order.updated_at,
  }
}

const columns = [
  'orderId',
  'traceId',
  'voucherId',
  'userId',
  'units',
  'priceMinor',
  'currency',
  'state',
  'closingReason',
  'createdAt',
  'payBefore',
  'updatedAt',
] as const satisfies readonly (keyof ReturnType<typeof view>)[]
const times: ReadonlySet<string> = new Set(['createdAt', 'payBefore', 'updatedAt'])

/** No value has a comma, a quote or a line break: ids, numbers, words and times. */
function lineOf(order: OrdersTable): string {
  const values = view(order)
  const cells = columns.map((column) => {
    const value = values[column]
    return typeof value === 'number' && times.has(column) ? new Date(value).toISOString() : (value ?? '')
  })
  return `${cells.join(',')}\r\n`
}
