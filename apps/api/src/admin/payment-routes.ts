import { type RequestHandler, Router } from 'express'
import { countQuarantine, listQuarantine, requestRefund } from 'seckill-store/mysql'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { type Message, sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { orUnavailable } from '../http/or-unavailable.js'
import { orderIdOf, validated } from '../http/validate.js'
import { actorOf } from './actor-of.js'

const refundBody = z.strictObject({ reason: z.string().trim().min(1).max(256) })
const requestedMessage: Message = { 'zh-CN': '已申请退款', en: 'The refund is requested' }

/**
 * `POST /orders/:orderId/refund`: requests the refund of a paid order; requested again, it is the same refund.
 * `GET /payments/quarantine`: the callbacks that changed nothing, counted by reason, and the latest of them.
 */
export function adminPaymentRoutes({ db }: { readonly db: SaleDatabase }): Router {
  const refund: RequestHandler = async (request, response) => {
    const { reason } = validated(refundBody, request.body, 'body')
    const orderId = orderIdOf(request)
    const refunded = await orUnavailable(requestRefund(db, { orderId, actor: actorOf(response), reason }))
    if (refunded === undefined) throw new ApiError('NOT_FOUND')
    if (refunded.status === 'not-paid') throw new ApiError('ORDER_NOT_PAID', { data: { order: refunded.state } })
    sendData(response, { orderId, refundId: refunded.refundId }, { status: 202, message: requestedMessage })
  }
  const quarantine: RequestHandler = async (_request, response) => {
    const [counts, latest] = await orUnavailable(Promise.all([countQuarantine(db), listQuarantine(db)]))
    sendData(response, { counts: Object.fromEntries(counts), latest })
  }
  return Router()
    .post('/orders/:orderId/refund', jsonBody, refund)
    .all('/orders/:orderId/refund', methodNotAllowed('POST'))
    .get('/payments/quarantine', quarantine)
    .all('/payments/quarantine', methodNotAllowed('GET, HEAD'))
}
