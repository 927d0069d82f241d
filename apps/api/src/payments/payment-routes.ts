import type { RequestHandler, Router } from 'express'
import { principalOf } from '../auth/authenticate.js'
import { dataHeaders } from '../http/harden.js'
import { routes } from '../http/routes.js'
import { paymentOperations } from './payment-operations.js'
import type { StartPayment } from './start-payment.js'

export interface PaymentRouteDependencies {
  readonly authenticate: RequestHandler
  readonly startPayment: StartPayment
}

/** Starts payments. */
export function paymentRoutes({ authenticate, startPayment }: PaymentRouteDependencies): Router {
  return routes(paymentOperations, { authenticate, before: [dataHeaders] })({
    async startPayment({ params: { orderId }, response }) {
      const { view, isNew } = await startPayment(principalOf(response).userId, orderId)
      return { status: isNew ? 201 : 200, data: view }
    },
  })
}
