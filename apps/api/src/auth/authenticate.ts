import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { ApiError } from '../http/api-error.js'
import type { Principal, TokenVerifier } from './token-verifier.js'

const bearerHeader = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/i
const longestToken = 4_096

function tokenOf(header: string | undefined): string {
  const token = header !== undefined && header.length <= longestToken ? bearerHeader.exec(header)?.[1] : undefined
  if (token === undefined) throw new ApiError('UNAUTHENTICATED')
  return token
}

/** The principal of a request. @throws Error on a route without `authenticate` */
export function principalOf(response: Response): Principal {
  const principal: Principal | undefined = response.locals.principal
  if (principal === undefined)
    throw new Error('The request has no principal: put `authenticate` in front of this route.')
  return principal
}

/** The principal of an admin's request, as the audit names it. */
export function actorOf(response: Response): string {
  return `user:${principalOf(response).userId}`
}

function unavailable(cause: unknown): never {
  throw new ApiError('UNAVAILABLE', { cause, retryAfterMs: 1_000 })
}

function known(principal: Principal | null): Principal {
  if (principal === null) throw new ApiError('UNAUTHENTICATED')
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
 * The principal of an Authorization header; a promise only when the verifier returns one.
 *
 * @throws ApiError UNAUTHENTICATED, or UNAVAILABLE when the token cannot be verified now
 */
export function principalIn(verify: TokenVerifier, header: string | undefined): Principal | Promise<Principal> {
  const answer = answerOf(verify, tokenOf(header))
  return answer instanceof Promise ? answer.catch(unavailable).then(known) : known(answer)
}

/** Passes only requests with a valid bearer token. */
export function authenticate(verify: TokenVerifier): RequestHandler {
  return async (request, response, next) => {
    response.locals.principal = await principalIn(verify, request.headers.authorization)
    next()
  }
}

/** Passes only admins; it must follow `authenticate`. */
export function requireAdmin(_request: Request, response: Response, next: NextFunction): void {
  if (!principalOf(response).admin) throw new ApiError('FORBIDDEN')
  next()
}
