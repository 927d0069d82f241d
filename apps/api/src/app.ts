import type { RequestListener } from 'node:http'
import express, { type Express, type Router } from 'express'
import { authenticate } from './auth/authenticate.js'
import type { Dependencies } from './dependencies.js'
import { errorHandler, notFoundHandler } from './http/error-handler.js'
import { harden, pageHeaders } from './http/harden.js'
import { requestLog } from './http/request-log.js'
import { createAdmit } from './purchases/admission.js'
import { purchaseRoutes } from './purchases/purchase-routes.js'
import { createPurchaseStatus } from './purchases/purchase-status.js'
import { soldOutFirst } from './purchases/sold-out-first.js'
import { healthRoutes } from './routes/health-routes.js'
import { orderRoutes } from './routes/order-routes.js'
import { voucherRoutes } from './routes/voucher-routes.js'

const purchases = (dependencies: Dependencies): Router => {
  const { gate, latch, buyers, campaigns, dispatcher, metrics, tallies, config } = dependencies
  const admit = createAdmit({
    gate,
    latch,
    buyers,
    campaigns,
    onAdmitted: dispatcher.wake,
    onLatched: metrics.purchases.latched,
  })
  return purchaseRoutes({
    authenticate: authenticate(dependencies.verify),
    admit,
    status: createPurchaseStatus({ gate, campaigns, findPurchase: dependencies.findPurchase }),
    durability: dependencies.durability,
    campaigns,
    tallies,
    metrics: metrics.purchases,
    maxInFlight: config.purchaseMaxInFlight,
  })
}

/** The shoppers' API. It listens on nothing and reads no environment. */
export const createApp = (dependencies: Dependencies): RequestListener => {
  const { latch, buyers, tallies, metrics } = dependencies
  return soldOutFirst({ latch, buyers, tallies, metrics: metrics.purchases }, createRoutes(dependencies))
}

const createRoutes = (dependencies: Dependencies): Express => {
  const { campaigns, keeper, db, verify, readiness, metrics, logger } = dependencies
  const app = express()
  harden(app)
  app.use(requestLog(logger))
  // First, since they are what a rush is about.
  app.use('/api/v1', purchases(dependencies))
  app.use(pageHeaders())
  app.use(healthRoutes(readiness, metrics.registry))
  app.use('/api/v1', voucherRoutes({ campaigns, keeper }), orderRoutes({ authenticate: authenticate(verify), db }))
  app.use(notFoundHandler)
  app.use(errorHandler(logger))
  return app
}
