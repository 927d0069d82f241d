import type { RequestHandler, Router } from 'express'
import { principalOf } from '../auth/authenticate.js'
import type { Message } from '../http/envelope.js'
import { dataHeaders } from '../http/harden.js'
import { routes, servedBeforeExpress } from '../http/routes.js'
import type { CancelPurchase } from './cancel-purchase.js'
import type { EventStreams } from './events/event-streams.js'
import { streamEvents } from './events/stream-events.js'
import type { ReadOwnPurchases } from './own-purchases.js'
import { purchaseOperations } from './purchase-operations.js'
import type { ReadPurchaseStatus } from './purchase-status.js'
import type { PurchaseView } from './purchase-view.js'

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

const openStatuses: ReadonlySet<PurchaseView['status']> = new Set([
  'QUEUED',
  'PROCESSING',
  'AWAITING_PAYMENT',
  'ATTENTION',
])

/** Shows and cancels purchases; `purchase-listener.ts` serves the POST of one. */
export function purchaseRoutes({ authenticate, status, list, cancel, streams }: PurchaseRouteDependencies): Router {
  return routes(purchaseOperations, { authenticate, before: [dataHeaders] })({
    buy: servedBeforeExpress,
    async listPurchases({ response }) {
      return { status: 200, data: { purchases: await list(principalOf(response).userId) } }
    },
    async showPurchase({ params: { traceId: trace }, response }) {
      return { status: 200, data: await status(trace.traceId, trace.voucherId, principalOf(response).userId) }
    },
    followPurchase: streamEvents(streams, status),
    async cancelPurchase({ params: { traceId: trace }, response }) {
      const view = await cancel(trace.traceId, trace.voucherId, principalOf(response).userId)
      if (openStatuses.has(view.status)) return { status: 202, data: view, message: cancellingMessage }
      return { status: 200, data: view }
    },
  })
}
