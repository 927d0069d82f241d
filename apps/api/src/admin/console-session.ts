import { isIP } from 'node:net'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import type { Identify } from '../auth/authenticate.js'
import { requireOwnPage, sessionCookies } from '../auth/credential.js'
import type { LocalSignIn } from '../auth/local-sign-in.js'
import type { Principal, TokenVerifier } from '../auth/token-verifier.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated } from '../http/validate.js'

/** A token of the issuer; or, in local mode, a role that the API signs a token for. */
const sessionBody = z.union([
  z.strictObject({ token: z.string().min(1).max(3_500) }),
  z.strictObject({ role: z.enum(['operator', 'viewer']) }),
])

/** The user that local mode signs the console in as. */
const localUserId = 1

export interface ConsoleSessionDependencies {
  readonly identify: Identify
  readonly verify: TokenVerifier
  /** Undefined outside local mode. */
  readonly signIn: LocalSignIn
}

/** A foreign page can make a name lead here, and no address: only at an address does a click give a role. */
function isReachedByAddress({ headers }: Request): boolean {
  const name = URL.parse(`http://${headers.host}`)?.hostname.replace(/^\[|\]$/g, '') ?? ''
  return name === 'localhost' || isIP(name) !== 0
}

function sessionOf({ userId, role, expiresAt }: Principal) {
  return role === undefined ? null : { userId, role, expiresAt }
}

/** @throws ApiError UNAUTHENTICATED for no valid token, FORBIDDEN for a shopper's */
async function operatorOf(verify: TokenVerifier, token: string): Promise<Principal> {
  const principal = await verify(token)
  if (principal === null) throw new ApiError('UNAUTHENTICATED')
  if (principal.role === undefined) throw new ApiError('FORBIDDEN')
  return principal
}

/**
 * The session of the console, in a cookie that scripts cannot read. `GET /session`: who is signed in, and whether local mode gives a role
 * with one click. `POST /session`: signs in with a role or a token. `DELETE /session`: signs out.
 */
export function consoleSession({ identify, verify, signIn }: ConsoleSessionDependencies): Router {
  const isLocal = (request: Request) => signIn !== undefined && isReachedByAddress(request)
  const tokenOf = (request: Request): string => {
    const body = validated(sessionBody, request.body, 'body')
    if ('token' in body) return body.token
    if (signIn === undefined || !isLocal(request)) throw new ApiError('UNAUTHENTICATED')
    return signIn(localUserId, body.role)
  }
  const show: RequestHandler = async (request, response) => {
    sendData(response, { session: await currentSession(identify, request), local: isLocal(request) })
  }
  const enter: RequestHandler = async (request, response) => {
    requireOwnPage(request)
    const token = tokenOf(request)
    const principal = await operatorOf(verify, token)
    response.cookie(sessionCookies.console, token, { ...optionsOf(request), expires: new Date(principal.expiresAt) })
    sendData(response, { session: sessionOf(principal), local: isLocal(request) })
  }
  const leave = (request: Request, response: Response): void => {
    requireOwnPage(request)
    response.clearCookie(sessionCookies.console, optionsOf(request))
    sendData(response, { session: null, local: isLocal(request) })
  }
  return Router()
    .get('/session', show)
    .post('/session', jsonBody, enter)
    .delete('/session', leave)
    .all('/session', methodNotAllowed('GET, HEAD, POST, DELETE'))
}

async function currentSession(identify: Identify, request: Request) {
  try {
    return sessionOf(await identify(request))
  } catch (error) {
    if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') return null
    throw error
  }
}

/** Only a page of https can keep a `Secure` cookie; a local sale has plain http. */
function optionsOf({ headers }: Request) {
  const secure = headers.origin?.startsWith('https:') ?? false
  return { httpOnly: true, sameSite: 'strict', path: '/admin', secure } as const
}
