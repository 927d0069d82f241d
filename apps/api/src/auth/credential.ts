import type { IncomingMessage } from 'node:http'
import { ApiError } from '../http/api-error.js'

/**
 * The cookie of a browser's session, one for each page: a host's ports share their cookies.
 */
export const sessionCookies = { shop: 'seckill_shop', console: 'seckill_console' } as const
export type SessionCookie = (typeof sessionCookies)[keyof typeof sessionCookies]

/** The same for every request: a flood brings many, and an error with its stack is dear to make. */
export const unauthenticated = new ApiError('UNAUTHENTICATED')

const bearerHeader = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/i
/** Bytes of a token; a browser keeps no cookie with more. */
export const longestToken = 4_096
const safeMethods: readonly (string | undefined)[] = ['GET', 'HEAD', 'OPTIONS']

const tokenInCookies = {
  seckill_shop: /(?:^|;\s*)seckill_shop=([\w.-]+)/,
  seckill_console: /(?:^|;\s*)seckill_console=([\w.-]+)/,
} as const satisfies Record<SessionCookie, RegExp>

/**
 * The token of a request: of its Authorization header, or else of the session's cookie, which a request that may change something needs a
 * page of this server for.
 *
 * @throws ApiError UNAUTHENTICATED without a token, CROSS_ORIGIN for a cookie that another page sends
 */
export function credentialOf(request: IncomingMessage, cookie: SessionCookie): string {
  const { authorization, cookie: cookies = '' } = request.headers
  if (authorization !== undefined) return present(bearerHeader.exec(authorization)?.[1])
  const token = present(tokenInCookies[cookie].exec(cookies)?.[1])
  requireOwnPage(request)
  return token
}

function present(token: string | undefined): string {
  if (token === undefined || token.length > longestToken) throw unauthenticated
  return token
}

/** @throws ApiError CROSS_ORIGIN for a request that may change something and does not come from a page of this server */
export function requireOwnPage(request: IncomingMessage): void {
  if (!safeMethods.includes(request.method) && !isFromOwnPage(request)) throw new ApiError('CROSS_ORIGIN')
}

/** A browser sends Sec-Fetch-Site to trustworthy addresses, and Origin to all. */
function isFromOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin, host } = headers
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
}
