import type { RequestListener } from 'node:http'
import express, { type Express } from 'express'
import { authenticate, createIdentify, type Identify } from './auth/authenticate.js'
import { sessionCookies } from './auth/credential.js'
import type { Dependencies } from './dependencies.js'
import { documentationRoutes } from './documentation/documentation-routes.js'
import { errorHandler, notFoundHandler } from './http/error-handler.js'
import { harden, pageHeaders } from './http/harden.js'
import { requestLog } from './http/request-log.js'
import { publicApi } from './openapi/apis.js'
import { pageRoutes } from './pages/page-routes.js'
import { callbackRoutes } from './payments/callback-routes.js'
import { paymentRoutes } from './payments/payment-routes.js'
import { limitRequests } from './protection/limit-requests.js'
import { tokenRoutes } from './protection/purchase-token/token-routes.js'
import { createAdmit } from './purchases/admission.js'
import { createCancelPurchase } from './purchases/cancel-purchase.js'
import { createOwnPurchases } from './purchases/own-purchases.js'
import { purchaseListener } from './purchases/purchase-listener.js'
import { purchaseRoutes } from './purchases/purchase-routes.js'
import { createPurchaseStatus } from './purchases/purchase-status.js'
import { healthRoutes } from './routes/health-routes.js'
import { inboxRoutes } from './routes/inbox-routes.js'
import { jwksRoutes } from './routes/jwks-routes.js'
import { orderRoutes } from './routes/order-routes.js'
import { sessionRoutes } from './routes/session-routes.js'
import { voucherRoutes } from './routes/voucher-routes.js'
import { traceAccepted } from './traces/trace-accepted.js'
import { traceGate } from './traces/trace-gate.js'

/** The shoppers' API as a request listener; it opens no port and reads no environment variable. */
export function createApp(dependencies: Dependencies): RequestListener {
  const {
    gate,
    circuit,
    soldOutMemory,
    campaigns,
    keeper,
    dispatcher,
    accepted,
    signPromise,
    metrics,
    traces,
    config,
  } = dependencies
  const identify = createIdentify(dependencies.verify, sessionCookies.shop)
  const admit = createAdmit({
    gate: traces === undefined ? gate : traceGate(gate, traces),
    circuit,
    soldOutMemory,
    campaigns,
    isFull: (voucherId) => (keeper.lastAudit(voucherId)?.waiting ?? 0) >= config.purchaseMaxWaiting,
    onAdmitted(lane) {
      dispatcher.wake(lane.voucherId)
      accepted.add(lane)
    },
    onRemembered: metrics.purchases.remembered,
    signPromise,
    sample: dependencies.sample,
  })
  return purchaseListener(
    {
      ...dependencies,
      identify,
      admit,
      metrics: metrics.purchases,
      maxInFlight: config.purchaseMaxInFlight,
      onAccepted: traces && traceAccepted(traces),
    },
    createRoutes(dependencies, identify),
  )
}

/** The Express app behind the purchase listener. */
export function createRoutes(dependencies: Dependencies, identify: Identify): Express {
  const {
    campaigns,
    clock,
    keeper,
    mayReturn,
    db,
    render,
    readiness,
    metrics,
    pages,
    payments,
    protection,
    purchaseTokens,
    logger,
  } = dependencies
  const { streams } = dependencies.events
  const authenticated = authenticate(identify)
  const status = createPurchaseStatus(dependencies)
  const cancel = createCancelPurchase({ ...dependencies, status, tellRuns: payments.tellRuns })
  const app = express()
  harden(app)
  app.use(requestLog(logger), limitRequests(protection))
  // First: a rush polls the purchase status more than anything else.
  app.use(
    purchaseRoutes({ authenticate: authenticated, status, list: createOwnPurchases(dependencies), cancel, streams }),
  )
  app.use(tokenRoutes({ authenticate: authenticated, campaigns, clock, ...purchaseTokens }))
  app.use(paymentRoutes({ authenticate: authenticated, startPayment: payments.startPayment }))
  app.use(callbackRoutes(payments))
  app.use(pageHeaders())
  app.use(healthRoutes(readiness, metrics.registry), jwksRoutes(dependencies), documentationRoutes(publicApi))
  app.use(
    voucherRoutes({ campaigns, clock, keeper, mayReturn }),
    sessionRoutes({ ...dependencies, cookie: sessionCookies.shop, identify }),
    orderRoutes({ authenticate: authenticated, db }),
    inboxRoutes({ authenticate: authenticated, db, render }),
  )
  app.use(pageRoutes(pages.shop))
  app.use(notFoundHandler)
  app.use(errorHandler(logger))
  return app
}
