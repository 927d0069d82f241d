import type { RequestHandler, Response } from 'express'
import { ApiError } from '../http/api-error.js'
import type { Principal, TokenVerifier } from './token-verifier.js'

const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/i
const LONGEST_TOKEN = 4_096

const tokenOf = (header: string | undefined): string => {
  const token = header !== undefined && header.length <= LONGEST_TOKEN ? BEARER.exec(header)?.[1] : undefined
  if (token === undefined) throw new ApiError('UNAUTHENTICATED')
  return token
}

/** Who the request is from; only behind `authenticate`. */
export const principalOf = (response: Response): Principal => {
  const principal: Principal | undefined = response.locals.principal
  if (principal === undefined) throw new Error('principalOf was called on a route without authenticate')
  return principal
}

const verified = async (verify: TokenVerifier, token: string): Promise<Principal> => {
  const principal = await verify(token).catch((cause: unknown) => {
    throw new ApiError('UNAVAILABLE', { cause, retryAfterMs: 1_000 })
  })
  if (principal === null) throw new ApiError('UNAUTHENTICATED')
  return principal
}

/** Lets only requests with a valid bearer token through. */
export const authenticate =
  (verify: TokenVerifier): RequestHandler =>
  async (request, response, next) => {
    response.locals.principal = await verified(verify, tokenOf(request.headers.authorization))
    next()
  }

/** Lets only admins through; behind `authenticate`. */
export const requireAdmin: RequestHandler = (_request, response, next) => {
  if (!principalOf(response).admin) throw new ApiError('FORBIDDEN')
  next()
}
