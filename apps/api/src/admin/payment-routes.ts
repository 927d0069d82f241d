import type { Router } from 'express'
import { countQuarantine, listQuarantine, requestRefund } from 'seckill-store/mysql'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { epochMs } from '../http/answer-fields.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import type { Message } from '../http/envelope.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { orderParams } from '../http/validate.js'
import { actorOf } from './actor-of.js'

const reason = z.enum(['UNSIGNED', 'STALE', 'MALFORMED', 'UNKNOWN_PAYMENT', 'FOREIGN_AMOUNT', 'FOREIGN_CURRENCY'])
const quarantined = z
  .strictObject({
    provider: z.string(),
    messageId: z.string(),
    reason,
    receivedAt: epochMs,
    paymentId: z.string().nullable(),
    body: z.string().meta({ description: 'shortened' }),
  })
  .meta({ id: 'QuarantinedCallback' })

/** The operations of payments on the admin port. */
export const adminPaymentOperations = {
  refundOrder: {
    method: 'post',
    path: '/admin/v1/orders/:orderId/refund',
    summary: 'Request the refund of a paid order; requested again, it is the same refund',
    access: 'admin',
    params: orderParams,
    body: z.strictObject({ reason: z.string().trim().min(1).max(256) }),
    answers: { 202: data(z.strictObject({ orderId: z.string(), refundId: z.string() }), 'The refund is requested') },
    errors: ['NOT_FOUND', 'ORDER_NOT_PAID'],
  },
  listQuarantine: {
    method: 'get',
    path: '/admin/v1/payments/quarantine',
    summary: 'The callbacks that changed nothing: their number by reason, and the latest of them',
    access: 'admin',
    answers: {
      200: data(z.strictObject({ counts: z.partialRecord(reason, z.number()), latest: z.array(quarantined) })),
    },
  },
} as const satisfies Operations

const requestedMessage: Message = { 'zh-CN': '已申请退款', en: 'The refund is requested' }

/** Refunds orders, and shows the callbacks in quarantine. */
export function adminPaymentRoutes({ db }: { readonly db: SaleDatabase }): Router {
  return routes(adminPaymentOperations)({
    async refundOrder({ params: { orderId }, body: { reason }, response }) {
      const refunded = await answered(requestRefund(db, { orderId, actor: actorOf(response), reason }))
      if (refunded === undefined) throw new ApiError('NOT_FOUND')
      if (refunded.status === 'not-paid') throw new ApiError('ORDER_NOT_PAID', { data: { order: refunded.state } })
      return { status: 202, data: { orderId, refundId: refunded.refundId }, message: requestedMessage }
    },
    async listQuarantine() {
      const [counts, latest] = await answered(Promise.all([countQuarantine(db), listQuarantine(db)]))
      return { status: 200, data: { counts: Object.fromEntries(counts), latest } }
    },
  })
}
