import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { principalOf } from '../auth/authenticate.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { dataHeaders } from '../http/harden.js'
import { orderIdOf, validated } from '../http/validate.js'
import type { StartPayment } from './start-payment.js'

export interface PaymentRouteDependencies {
  readonly authenticate: RequestHandler
  readonly startPayment: StartPayment
}

const emptyBody = z.strictObject({})

/** `POST /payments/:orderId`; started again, it is the same payment. */
export function paymentRoutes({ authenticate, startPayment }: PaymentRouteDependencies): Router {
  const start: RequestHandler = async (request, response) => {
    validated(emptyBody, request.body, 'body')
    const { view, isNew } = await startPayment(principalOf(response).userId, orderIdOf(request))
    sendData(response, view, { status: isNew ? 201 : 200 })
  }
  const path = '/payments/:orderId'
  return Router().post(path, dataHeaders, authenticate, jsonBody, start).all(path, methodNotAllowed('POST'))
}
