import express, { type Express } from 'express'
import helmet from 'helmet'
import type { Logger } from 'pino'
import type { Metrics } from '../metrics.js'
import { payRoutes } from '../pages/pay-routes.js'
import type { Provider } from '../state/provider.js'
import { adminRoutes } from './admin-routes.js'
import { errorHandler, notFound } from './answers.js'
import { requireBearer } from './bearer.js'
import type { EndpointParts } from './endpoint.js'
import { healthRoutes } from './health-routes.js'
import { limitInFlight } from './in-flight.js'
import { paymentRoutes } from './payment-routes.js'
import { refundRoutes } from './refund-routes.js'
import { jsonBody } from './requests.js'
import type { Silence } from './silence.js'

/** What the app works with. */
export interface AppParts {
  readonly provider: Provider
  readonly silence: Silence
  readonly metrics: Metrics
  readonly logger: Logger
  readonly keys: { readonly api: string; readonly admin: string }
  readonly maxInFlight: number
}

/** The HTTP API, the admin's API and the payers' page; it opens no port. */
export function createApp({ provider, silence, metrics, logger, keys, maxInFlight }: AppParts): Express {
  const { behaviours, journal, store, paymentUrl } = provider
  const parts: EndpointParts = { behaviours, journal, silence, onFault: metrics.fault }
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.use(metrics.observe, helmet())
  app.use(healthRoutes(metrics.registry))
  // Before the limit: silent requests must not keep an admin from ending the silence.
  app.use('/admin', requireBearer(keys.admin), jsonBody, adminRoutes({ behaviours, store }))
  app.use(limitInFlight(maxInFlight))
  app.use('/pay', payRoutes(provider))
  app.use('/v1', requireBearer(keys.api), jsonBody, paymentRoutes(provider, parts), refundRoutes(provider, parts))
  app.use(notFound)
  app.use(errorHandler(logger, paymentUrl))
  return app
}
