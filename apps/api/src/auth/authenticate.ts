import type { IncomingMessage } from 'node:http'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { ApiError } from '../http/api-error.js'
import { credentialOf, type SessionCookie, unauthenticated } from './credential.js'
import type { Principal, TokenVerifier } from './token-verifier.js'

/** The principal of a request. @throws Error on a route without `authenticate` */
export function principalOf(response: Response): Principal {
  const principal: Principal | undefined = response.locals.principal
  if (principal === undefined)
    throw new Error('The request has no principal: put `authenticate` in front of this route.')
  return principal
}

function unavailable(cause: unknown): never {
  throw new ApiError('UNAVAILABLE', { cause, retryAfterMs: 1_000 })
}

function known(principal: Principal | null): Principal {
  if (principal === null) throw unauthenticated
  return principal
}

function answerOf(verify: TokenVerifier, token: string): ReturnType<TokenVerifier> {
  try {
    return verify(token)
  } catch (cause) {
    return unavailable(cause)
  }
}

/**
 * The principal of a request, by its bearer token or its session's cookie; a promise only when the verifier returns one.
 *
 * @throws ApiError UNAUTHENTICATED, CROSS_ORIGIN, or UNAVAILABLE when the token cannot be verified now
 */
export type Identify = (request: IncomingMessage) => Principal | Promise<Principal>

/** Creates the {@link Identify} of a page's API. */
export function createIdentify(verify: TokenVerifier, cookie: SessionCookie): Identify {
  return (request) => {
    const answer = answerOf(verify, credentialOf(request, cookie))
    return answer instanceof Promise ? answer.catch(unavailable).then(known) : known(answer)
  }
}

/** Passes only requests with a valid token or session. */
export function authenticate(identify: Identify): RequestHandler {
  return async (request, response, next) => {
    response.locals.principal = await identify(request)
    next()
  }
}

const readingMethods: readonly string[] = ['GET', 'HEAD']

/** Passes viewers to what they read, and operators to everything; it must follow `authenticate`. */
export function requireRole(request: Request, response: Response, next: NextFunction): void {
  const { role } = principalOf(response)
  if (role === undefined) throw new ApiError('FORBIDDEN')
  if (role === 'viewer' && !readingMethods.includes(request.method)) throw new ApiError('OPERATOR_REQUIRED')
  next()
}
