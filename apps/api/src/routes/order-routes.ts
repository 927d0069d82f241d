import { type RequestHandler, Router } from 'express'
import { findOrder, listOrders, type OrdersTable } from 'seckill-store/mysql'
import { principalOf } from '../auth/authenticate.js'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { orUnavailable } from '../http/or-unavailable.js'
import { orderIdOf } from '../http/validate.js'

export interface OrderRouteDependencies {
  readonly authenticate: RequestHandler
  readonly db: SaleDatabase
}

function view(order: OrdersTable) {
  return {
    orderId: order.id,
    traceId: order.reservation_id,
    voucherId: order.voucher_id,
    quantity: order.units,
    priceMinor: order.price_minor,
    currency: order.currency,
    state: order.state,
    createdAt: order.created_at,
    payBefore: order.pay_before,
    closingReason: order.closing_reason,
    extendedUntil: order.extended_until,
  }
}

/** `GET /orders` and `GET /orders/:orderId`; a caller sees only own orders. */
export function orderRoutes({ authenticate, db }: OrderRouteDependencies): Router {
  const list: RequestHandler = async (_request, response) => {
    const orders = await orUnavailable(listOrders(db, principalOf(response).userId))
    sendData(response, { orders: orders.map(view) })
  }
  const one: RequestHandler = async (request, response) => {
    const order = await orUnavailable(findOrder(db, principalOf(response).userId, orderIdOf(request)))
    if (order === undefined) throw new ApiError('NOT_FOUND')
    sendData(response, view(order))
  }
  return Router()
    .get('/orders', authenticate, list)
    .get('/orders/:orderId', authenticate, one)
    .all(['/orders', '/orders/:orderId'], methodNotAllowed('GET, HEAD'))
}
