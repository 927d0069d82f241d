import { type Request, type RequestHandler, Router } from 'express'
import { parseReservationId } from 'seckill-store/gate'
import { principalOf } from '../auth/authenticate.js'
import { ApiError } from '../http/api-error.js'
import { type Message, sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { dataHeaders } from '../http/harden.js'
import type { CancelPurchase } from './cancel-purchase.js'
import type { ReadOwnPurchases } from './own-purchases.js'
import type { PurchaseView, ReadPurchaseStatus } from './purchase-status.js'

const cancellingMessage: Message = {
  'zh-CN': '正在取消，请稍后查询结果',
  en: 'It is being cancelled; ask again shortly',
}

export interface PurchaseRouteDependencies {
  readonly authenticate: RequestHandler
  readonly status: ReadPurchaseStatus
  readonly list: ReadOwnPurchases
  readonly cancel: CancelPurchase
}

type PurchaseRequest = Request<{ traceId: string }>

/** The trace id in the path, and the voucher in it. */
function traceOf({ params: { traceId } }: PurchaseRequest) {
  const parsed = parseReservationId(traceId)
  if (parsed !== null) return { traceId, voucherId: parsed.voucherId }
  throw new ApiError('INVALID_REQUEST', { data: { issues: [{ field: 'traceId', problem: 'is not a trace id' }] } })
}

function readStatus({ status }: PurchaseRouteDependencies): RequestHandler<{ traceId: string }> {
  return async (request, response) => {
    const { traceId, voucherId } = traceOf(request)
    sendData(response, await status(traceId, voucherId, principalOf(response).userId))
  }
}

function listPurchases({ list }: PurchaseRouteDependencies): RequestHandler {
  return async (_request, response) => {
    sendData(response, { purchases: await list(principalOf(response).userId) })
  }
}

const openStatuses: ReadonlySet<PurchaseView['status']> = new Set([
  'QUEUED',
  'PROCESSING',
  'AWAITING_PAYMENT',
  'ATTENTION',
])

function cancelPurchase({ cancel }: PurchaseRouteDependencies): RequestHandler<{ traceId: string }> {
  return async (request, response) => {
    const { traceId, voucherId } = traceOf(request)
    const view = await cancel(traceId, voucherId, principalOf(response).userId)
    sendData(response, view, openStatuses.has(view.status) ? { status: 202, message: cancellingMessage } : {})
  }
}

/**
 * `GET /purchases`, the caller's own, and `GET /purchases/:traceId`, and `DELETE` to cancel it: 200 once it has ended, 202 while its run still has to end it.
 * `purchase-listener.ts` serves the POST of a purchase.
 */
export function purchaseRoutes(dependencies: PurchaseRouteDependencies): Router {
  return Router()
    .all('/vouchers/:voucherId/purchases', methodNotAllowed('POST'))
    .get('/purchases', dataHeaders, dependencies.authenticate, listPurchases(dependencies))
    .all('/purchases', methodNotAllowed('GET, HEAD'))
    .get('/purchases/:traceId', dataHeaders, dependencies.authenticate, readStatus(dependencies))
    .delete('/purchases/:traceId', dataHeaders, dependencies.authenticate, cancelPurchase(dependencies))
    .all('/purchases/:traceId', methodNotAllowed('GET, HEAD, DELETE'))
}
