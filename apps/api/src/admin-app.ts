import express, { type Express } from 'express'
import { campaignRoutes } from './admin/campaign-routes.js'
import { certificateRoutes } from './admin/certificate-routes.js'
import { adminPaymentRoutes } from './admin/payment-routes.js'
import { userRoutes } from './admin/user-routes.js'
import { authenticate, requireAdmin } from './auth/authenticate.js'
import type { Dependencies } from './dependencies.js'
import { errorHandler, notFoundHandler } from './http/error-handler.js'
import { harden, pageHeaders } from './http/harden.js'
import { requestLog } from './http/request-log.js'
import { pageRoutes } from './pages/page-routes.js'
import { healthRoutes } from './routes/health-routes.js'

/** The admins' API for its own port; every route except the health routes requires the role `admin`. */
export function createAdminApp(dependencies: Dependencies): Express {
  const { db, gate, keeper, runLink, dispatcher, logger, readiness, metrics, verify } = dependencies
  const app = express()
  harden(app)
  app.use(requestLog(logger), pageHeaders())
  app.use(healthRoutes(readiness, metrics.registry))
  app.use(
    '/admin/v1',
    authenticate(verify),
    requireAdmin,
    campaignRoutes({ db, gate, keeper, runLink, onChange: dispatcher.refresh, logger }),
    certificateRoutes(dependencies),
    userRoutes(dependencies),
    adminPaymentRoutes({ db }),
  )
  app.use(pageRoutes(dependencies.pages.console))
  app.use(notFoundHandler)
  app.use(errorHandler(logger))
  return app
}
