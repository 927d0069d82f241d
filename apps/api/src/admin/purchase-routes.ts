import type { Client } from '@temporalio/client'
import { type RequestHandler, Router } from 'express'
import type { SagaClient } from 'saga-core/client'
import type { Gate } from 'seckill-store/gate'
import { searchPurchases } from 'seckill-store/mysql'
import { findPurchasePath } from 'seckill-workflows/client'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated } from '../http/validate.js'
import type { RunLinks } from './run-link.js'
import { purchasesQuery } from './search-requests.js'

export interface PurchaseRouteDependencies {
  readonly db: SaleDatabase
  readonly gate: Gate
  readonly temporal: Client
  readonly sagas: SagaClient
  readonly runLinks: RunLinks
}

/**
 * `GET /purchases`: the purchases of a voucher or a user, or the one of a trace id or an order.
 * `GET /purchases/:traceId`: one purchase as MySQL, the gate and its run have it, with its way through the saga.
 */
export function purchaseSearchRoutes(dependencies: PurchaseRouteDependencies): Router {
  const { db, runLinks } = dependencies
  const list: RequestHandler = async (request, response) => {
    const { traceId: reservationId, ...query } = validated(purchasesQuery, request.query, 'query')
    const purchases = await answered(searchPurchases(db, { ...query, reservationId }))
    const next = purchases.length === query.limit ? query.offset + query.limit : null
    sendData(response, { purchases, next })
  }
  const one: RequestHandler = async (request, response) => {
    const path = await answered(findPurchasePath(dependencies, String(request.params.traceId)))
    if (path === undefined) throw new ApiError('NOT_FOUND')
    const run = path.run === null ? null : runLinks.run(path.run.workflowId)
    sendData(response, { ...path, links: { run } })
  }
  return Router()
    .get('/purchases', list)
    .get('/purchases/:traceId', one)
    .all(['/purchases', '/purchases/:traceId'], methodNotAllowed('GET, HEAD'))
}
