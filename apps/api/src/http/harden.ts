import type { Express, NextFunction, Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'

/** Disables the X-Powered-By header, ETags and nested query strings. */
export function harden(app: Express): void {
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
}

/** The pages of the API have a style sheet and no script. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
}

/** The security headers of helmet, for answers that a browser may render. */
export function pageHeaders(): RequestHandler {
  return helmet({ contentSecurityPolicy })
}

/**
 * The security headers of the purchase routes, whose answers a browser never renders; helmet's other headers only
 * concern pages.
 */
export const dataHeaderPairs = [
  'X-Content-Type-Options',
  'nosniff',
  'Cache-Control',
  'no-store',
  'Strict-Transport-Security',
  'max-age=31536000; includeSubDomains',
] as const

/** Sets {@link dataHeaderPairs}. */
export function dataHeaders(_request: Request, response: Response, next: NextFunction): void {
  for (let at = 0; at < dataHeaderPairs.length; at += 2) {
    response.setHeader(String(dataHeaderPairs[at]), String(dataHeaderPairs[at + 1]))
  }
  next()
}
