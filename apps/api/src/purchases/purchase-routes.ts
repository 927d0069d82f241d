import { type RequestHandler, Router } from 'express'
import { parseReservationId } from 'seckill-store/gate'
import { principalOf } from '../auth/authenticate.js'
import { ApiError } from '../http/api-error.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { dataHeaders } from '../http/harden.js'
import type { ReadPurchaseStatus } from './purchase-status.js'

export interface PurchaseRouteDependencies {
  readonly authenticate: RequestHandler
  readonly status: ReadPurchaseStatus
}

function readStatus({ status }: PurchaseRouteDependencies): RequestHandler<{ traceId: string }> {
  return async (request, response) => {
    const { traceId } = request.params
    const parsed = parseReservationId(traceId)
    if (parsed === null) {
      throw new ApiError('INVALID_REQUEST', { data: { issues: [{ field: 'traceId', problem: 'is not a trace id' }] } })
    }
    sendData(response, await status(traceId, parsed.voucherId, principalOf(response).userId))
  }
}

/** `GET /purchases/:traceId`; `purchase-listener.ts` serves the POST of a purchase. */
export function purchaseRoutes(dependencies: PurchaseRouteDependencies): Router {
  return Router()
    .all('/vouchers/:voucherId/purchases', methodNotAllowed('POST'))
    .get('/purchases/:traceId', dataHeaders, dependencies.authenticate, readStatus(dependencies))
    .all('/purchases/:traceId', methodNotAllowed('GET, HEAD'))
}
