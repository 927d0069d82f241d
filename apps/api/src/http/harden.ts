import type { Express } from 'express'
import helmet from 'helmet'

/** Switches off what Express tells about itself, ETags and nested queries, and sets the security headers. */
export const harden = (app: Express): void => {
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }))
}
