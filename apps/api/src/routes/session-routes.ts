import { type Request, type RequestHandler, type Response, Router } from 'express'
import { findUser, listNewestUsers, type User } from 'seckill-store/mysql'
import { z } from 'zod'
import type { Identify } from '../auth/authenticate.js'
import { requireOwnPage, type SessionCookie } from '../auth/credential.js'
import { type LocalSignIn, sessionMs } from '../auth/local-sign-in.js'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { dataHeaders } from '../http/harden.js'
import { validated } from '../http/validate.js'

export interface SessionRouteDependencies {
  readonly cookie: SessionCookie
  readonly identify: Identify
  /** Undefined outside local mode. */
  readonly signIn: LocalSignIn
  readonly db: SaleDatabase
}

const offeredUsers = 6
const signInBody = z.strictObject({ userId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })
const notSignedIn: ReadonlySet<string> = new Set(['UNAUTHENTICATED'])

/** A script cannot read the cookie, and no other site's page has it sent. Local mode is plain HTTP, so it is not `Secure`. */
const cookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' } as const

/**
 * `GET /session`: who is signed in, and in local mode the users to pick from; `DELETE` signs out. In local mode only, `POST` with `{userId}`
 * signs a user in.
 */
export function sessionRoutes({ cookie, identify, signIn, db }: SessionRouteDependencies): Router {
  const current = async (request: Request): Promise<User | undefined> => {
    try {
      const { userId } = await identify(request)
      return await answered(findUser(db, userId))
    } catch (error) {
      if (error instanceof ApiError && notSignedIn.has(error.code)) return undefined
      throw error
    }
  }
  const show: RequestHandler = async (request, response) => {
    const user = await current(request)
    const offered = signIn === undefined || user !== undefined ? [] : await answered(listNewestUsers(db, offeredUsers))
    sendData(response, { user: user === undefined ? null : view(user), users: offered.map(view) })
  }
  const leave: RequestHandler = (request, response) => {
    requireOwnPage(request)
    response.clearCookie(cookie, cookieOptions)
    sendData(response, { user: null })
  }
  const enter = async (request: Request, response: Response): Promise<void> => {
    if (signIn === undefined) throw new ApiError('NOT_FOUND')
    requireOwnPage(request)
    const { userId } = validated(signInBody, request.body, 'body')
    const user = await answered(findUser(db, userId))
    if (user === undefined) throw new ApiError('NOT_FOUND')
    response.cookie(cookie, signIn(userId), { ...cookieOptions, maxAge: sessionMs })
    sendData(response, { user: view(user) })
  }
  const local = signIn === undefined ? Router() : Router().post('/session', dataHeaders, jsonBody, enter)
  return local
    .get('/session', dataHeaders, show)
    .delete('/session', dataHeaders, leave)
    .all('/session', methodNotAllowed(signIn === undefined ? 'GET, HEAD, DELETE' : 'GET, HEAD, POST, DELETE'))
}

function view({ id, name }: User) {
  return { userId: id, name }
}
