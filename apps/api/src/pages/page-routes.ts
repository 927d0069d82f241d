import { type Request, type RequestHandler, Router } from 'express'
import { methodNotAllowed } from '../http/error-handler.js'
import type { Page, PageFile } from './read-pages.js'

/** A page runs its own scripts and styles only, calls its own server only, and is shown in no frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Files that a browser shows by themselves. */
const documents: ReadonlySet<string> = new Set(['.html', '.svg'])
/** Headers that say how a document is shown and what it may load: on a script, a style sheet or a picture a browser ignores them. */
const documentHeaders = [
  'Content-Security-Policy',
  'Cross-Origin-Opener-Policy',
  'Origin-Agent-Cluster',
  'Referrer-Policy',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Frame-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-XSS-Protection',
] as const

/** Serves the files of a page. */
export function pageRoutes(page: Page): Router {
  const paths = [...page.keys()]
  const send: RequestHandler = (request, response) => {
    const file = page.get(request.path)
    if (file === undefined) throw new Error(`The route of ${request.path} has no file.`)
    const { encodings, etag, extension, isHashed } = file
    const encoding = smallestAccepted(request, encodings)
    if (encoding !== 'identity') response.set('Content-Encoding', encoding)
    if (documents.has(extension)) response.set('Content-Security-Policy', contentSecurityPolicy)
    else for (const name of documentHeaders) response.removeHeader(name)
    response.set({
      'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: etag,
      Vary: 'Accept-Encoding',
    })
    response.type(extension).send(encodings[encoding])
  }
  return Router({ caseSensitive: true, strict: true }).get(paths, send).all(paths, methodNotAllowed('GET, HEAD'))
}

type Encodings = PageFile['encodings']

function smallestAccepted(request: Request, encodings: Encodings): keyof Encodings {
  const isAccepted = (encoding: 'br' | 'gzip') =>
    encodings[encoding] !== undefined && request.acceptsEncodings(encoding)
  return (['br', 'gzip'] as const).find(isAccepted) ?? 'identity'
}
