import { type RequestHandler, Router } from 'express'
import { findOrder, listOrders, type OrdersTable } from 'seckill-store/mysql'
import { z } from 'zod'
import { principalOf } from '../auth/authenticate.js'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated } from '../http/validate.js'

export interface OrderRouteDependencies {
  readonly authenticate: RequestHandler
  readonly db: SaleDatabase
}

const orderId = z.string().regex(/^[\w-]{1,64}$/, 'is not an order id')

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
  }
}

/** `GET /orders` and `GET /orders/:orderId`; a caller sees only own orders. */
export function orderRoutes({ authenticate, db }: OrderRouteDependencies): Router {
  const list: RequestHandler = async (_request, response) => {
    const orders = await answered(listOrders(db, principalOf(response).userId))
    sendData(response, { orders: orders.map(view) })
  }
  const one: RequestHandler = async (request, response) => {
    const id = validated(orderId, request.params.orderId, 'orderId')
    const order = await answered(findOrder(db, principalOf(response).userId, id))
    if (order === undefined) throw new ApiError('NOT_FOUND')
    sendData(response, view(order))
  }
  return Router()
    .get('/orders', authenticate, list)
    .get('/orders/:orderId', authenticate, one)
    .all(['/orders', '/orders/:orderId'], methodNotAllowed('GET, HEAD'))
}
