import express, { type Express } from 'express'
import { campaignRoutes } from './admin/campaign-routes.js'
import { certificateRoutes } from './admin/certificate-routes.js'
import { adminPaymentRoutes } from './admin/payment-routes.js'
import { userRoutes } from './admin/user-routes.js'
import { authenticate, createIdentify, requireAdmin } from './auth/authenticate.js'
import { sessionCookies } from './auth/credential.js'
import type { Dependencies } from './dependencies.js'
import { errorHandler, notFoundHandler } from './http/error-handler.js'
import { harden, pageHeaders } from './http/harden.js'
import { requestLog } from './http/request-log.js'
import { pageRoutes } from './pages/page-routes.js'
import { healthRoutes } from './routes/health-routes.js'
import { sessionRoutes } from './routes/session-routes.js'

/** The admins' API for its own port; every route except the session's and the health routes requires the role `admin`. */
export function createAdminApp(dependencies: Dependencies): Express {
  const { db, gate, keeper, runLink, dispatcher, logger, readiness, metrics, signIn } = dependencies
  const identify = createIdentify(dependencies.verify, sessionCookies.console)
  const app = express()
  harden(app)
  app.use(requestLog(logger), pageHeaders())
  app.use(healthRoutes(readiness, metrics.registry))
  app.use(
    '/admin/v1',
    sessionRoutes({ cookie: sessionCookies.console, identify, signIn, db, role: 'admin' }),
    authenticate(identify),
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
