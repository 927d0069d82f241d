import express, { type Express } from 'express'
import { auditRoutes } from './admin/audit-routes.js'
import { blockRoutes } from './admin/block-routes.js'
import { campaignRoutes } from './admin/campaign-routes.js'
import { certificateRoutes } from './admin/certificate-routes.js'
import { consoleSession } from './admin/console-session.js'
import { letterRoutes } from './admin/letter-routes.js'
import { liveRoutes } from './admin/live/live-routes.js'
import { notificationRoutes } from './admin/notification-routes.js'
import { adminOrderRoutes } from './admin/order-routes.js'
import { parkedRoutes } from './admin/parked-routes.js'
import { adminPaymentRoutes } from './admin/payment-routes.js'
import { purchaseSearchRoutes } from './admin/purchase-routes.js'
import { reconcileRoutes } from './admin/reconcile-routes.js'
import { settleRoutes } from './admin/settle-routes.js'
import { userRoutes } from './admin/user-routes.js'
import { adminVoucherRoutes } from './admin/voucher-routes.js'
import { authenticate, createIdentify, requireRole } from './auth/authenticate.js'
import { sessionCookies } from './auth/credential.js'
import type { Dependencies } from './dependencies.js'
import { documentationRoutes } from './documentation/documentation-routes.js'
import { errorHandler, notFoundHandler } from './http/error-handler.js'
import { harden, pageHeaders } from './http/harden.js'
import { requestLog } from './http/request-log.js'
import { adminApi } from './openapi/apis.js'
import { pageRoutes } from './pages/page-routes.js'
import { healthRoutes } from './routes/health-routes.js'

/** The operators' API for its own port; every route except those of health and session requires a role. */
export function createAdminApp(dependencies: Dependencies): Express {
  const { db, gate, keeper, runLinks, dispatcher, logger, readiness, metrics, verify } = dependencies
  const identify = createIdentify(verify, sessionCookies.console)
  const app = express()
  harden(app)
  app.use(requestLog(logger), pageHeaders())
  app.use(healthRoutes(readiness, metrics.registry), documentationRoutes(adminApi))
  app.use(consoleSession({ ...dependencies, identify }))
  app.use('/admin/v1', authenticate(identify), requireRole)
  app.use(
    campaignRoutes({ db, gate, keeper, runLinks, onChange: dispatcher.refresh, logger }),
    settleRoutes(dependencies),
    certificateRoutes(dependencies),
    userRoutes(dependencies),
    adminVoucherRoutes(dependencies),
    blockRoutes(dependencies),
    adminOrderRoutes({ db, logger }),
    adminPaymentRoutes({ db }),
    purchaseSearchRoutes(dependencies),
    parkedRoutes(dependencies),
    notificationRoutes({ db }),
    letterRoutes(dependencies),
    auditRoutes({ db }),
    liveRoutes(dependencies),
    reconcileRoutes(dependencies),
  )
  app.use(pageRoutes(dependencies.pages.console))
  app.use(notFoundHandler)
  app.use(errorHandler(logger))
  return app
}
