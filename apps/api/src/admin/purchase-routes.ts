import type { Client } from '@temporalio/client'
import type { Router } from 'express'
import type { SagaClient } from 'saga-core/client'
import type { Gate } from 'seckill-store/gate'
import { searchPurchases } from 'seckill-store/mysql'
import { findPurchasePath } from 'seckill-workflows/client'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { routes } from '../http/routes.js'
import { purchaseSearchOperations } from './purchase-operations.js'
import type { RunLinks } from './run-link.js'

export interface PurchaseRouteDependencies {
  readonly db: SaleDatabase
  readonly gate: Gate
  readonly temporal: Client
  readonly sagas: SagaClient
  readonly runLinks: RunLinks
}

/** Searches purchases, and shows one with its way through the saga. */
export function purchaseSearchRoutes(dependencies: PurchaseRouteDependencies): Router {
  const { db, runLinks } = dependencies
  return routes(purchaseSearchOperations)({
    async searchPurchases({ query: { traceId: reservationId, ...query } }) {
      const purchases = await answered(searchPurchases(db, { ...query, reservationId }))
      const next = purchases.length === query.limit ? query.offset + query.limit : null
      return { status: 200, data: { purchases, next } }
    },
    async showPurchasePath({ params: { traceId } }) {
      const path = await answered(findPurchasePath(dependencies, traceId))
      if (path === undefined) throw new ApiError('NOT_FOUND')
      const run = path.run === null ? null : runLinks.run(path.run.workflowId)
      return { status: 200, data: { ...path, links: { run } } }
    },
  })
}
