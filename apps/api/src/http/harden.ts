import type { Express, RequestHandler } from 'express'
import helmet from 'helmet'

/** Switches off what Express tells about itself, ETags and nested queries. */
export const harden = (app: Express): void => {
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
}

/** The security headers of answers that a browser may show. */
export const pageHeaders = (): RequestHandler =>
  helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } })

/** Those of answers that are data and nothing else, on routes that are in a hurry: what helmet has beside them is about pages. */
export const dataHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
  next()
}
