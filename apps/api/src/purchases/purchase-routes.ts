import { type RequestHandler, Router } from 'express'
import { principalOf } from '../auth/authenticate.js'
import { type Message, sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { dataHeaders } from '../http/harden.js'
import type { CancelPurchase } from './cancel-purchase.js'
import type { EventStreams } from './events/event-streams.js'
import { streamEvents } from './events/stream-events.js'
import type { ReadOwnPurchases } from './own-purchases.js'
import type { ReadPurchaseStatus } from './purchase-status.js'
import type { PurchaseView } from './purchase-view.js'
import { type TracePath, traceOf } from './trace-path.js'

const cancellingMessage: Message = {
  'zh-CN': '正在取消，请稍后查询结果',
  en: 'It is being cancelled; ask again shortly',
}

export interface PurchaseRouteDependencies {
  readonly authenticate: RequestHandler
  readonly status: ReadPurchaseStatus
  readonly list: ReadOwnPurchases
  readonly cancel: CancelPurchase
  readonly streams: EventStreams
}

function readStatus({ status }: PurchaseRouteDependencies): RequestHandler<TracePath> {
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

function cancelPurchase({ cancel }: PurchaseRouteDependencies): RequestHandler<TracePath> {
  return async (request, response) => {
    const { traceId, voucherId } = traceOf(request)
    const view = await cancel(traceId, voucherId, principalOf(response).userId)
    sendData(response, view, openStatuses.has(view.status) ? { status: 202, message: cancellingMessage } : {})
  }
}

/**
 * `GET /purchases`, the caller's own; `GET /purchases/:traceId` and its events, and `DELETE` to cancel it: 200 once it has ended, 202 while its
 * run still has to end it.
 * `purchase-listener.ts` serves the POST of a purchase.
 */
export function purchaseRoutes(dependencies: PurchaseRouteDependencies): Router {
  const { authenticate, streams, status } = dependencies
  const events = '/purchases/:traceId/events'
  return Router()
    .all('/vouchers/:voucherId/purchases', methodNotAllowed('POST'))
    .get('/purchases', dataHeaders, authenticate, listPurchases(dependencies))
    .all('/purchases', methodNotAllowed('GET, HEAD'))
    .get('/purchases/:traceId', dataHeaders, authenticate, readStatus(dependencies))
    .delete('/purchases/:traceId', dataHeaders, authenticate, cancelPurchase(dependencies))
    .all('/purchases/:traceId', methodNotAllowed('GET, HEAD, DELETE'))
    .head(events, methodNotAllowed('GET'))
    .get(events, dataHeaders, authenticate, streamEvents(streams, status))
    .all(events, methodNotAllowed('GET'))
}
