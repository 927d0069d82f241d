import type { RequestHandler, Router } from 'express'
import { findOrder, listOrders, type OrdersTable } from 'seckill-store/mysql'
import { z } from 'zod'
import { principalOf } from '../auth/authenticate.js'
import type { SaleDatabase } from '../connections.js'
import { closingReason, epochMs, minorUnits, orderState } from '../http/answer-fields.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { orderParams } from '../http/validate.js'

export interface OrderRouteDependencies {
  readonly authenticate: RequestHandler
  readonly db: SaleDatabase
}

const order = z
  .strictObject({
    orderId: z.string(),
    traceId: z.string(),
    voucherId: z.number(),
    quantity: z.number(),
    priceMinor: minorUnits,
    currency: z.string(),
    state: orderState,
    createdAt: epochMs,
    payBefore: epochMs,
    closingReason: closingReason.nullable(),
    extendedUntil: epochMs.nullable(),
  })
  .meta({ id: 'Order' })

/** The operations of a buyer's orders. */
export const orderOperations = {
  listOrders: {
    method: 'get',
    path: '/api/v1/orders',
    summary: "The caller's own orders",
    access: 'buyer',
    answers: { 200: data(z.strictObject({ orders: z.array(order) })) },
  },
  showOrder: {
    method: 'get',
    path: '/api/v1/orders/:orderId',
    summary: "One of the caller's own orders",
    access: 'buyer',
    params: orderParams,
    answers: { 200: data(order) },
    errors: ['NOT_FOUND'],
  },
} as const satisfies Operations

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

/** Shows a caller's own orders. */
export function orderRoutes({ authenticate, db }: OrderRouteDependencies): Router {
  return routes(orderOperations, { authenticate })({
    async listOrders({ response }) {
      const orders = await answered(listOrders(db, principalOf(response).userId))
      return { status: 200, data: { orders: orders.map(view) } }
    },
    async showOrder({ params: { orderId }, response }) {
      const order = await answered(findOrder(db, principalOf(response).userId, orderId))
      if (order === undefined) throw new ApiError('NOT_FOUND')
      return { status: 200, data: view(order) }
    },
  })
}
