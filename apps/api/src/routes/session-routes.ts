import type { Request, Router } from 'express'
import { findUser, listNewestUsers, type User } from 'seckill-store/mysql'
import { z } from 'zod'
import type { Identify } from '../auth/authenticate.js'
import { requireOwnPage, type SessionCookie } from '../auth/credential.js'
import { type LocalSignIn, sessionMs } from '../auth/local-sign-in.js'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { dataHeaders } from '../http/harden.js'
import { data, type Operations } from '../http/operation.js'
import { type Asked, type Handlers, routes } from '../http/routes.js'

export interface SessionRouteDependencies {
  readonly cookie: SessionCookie
  readonly identify: Identify
  /** Undefined outside local mode. */
  readonly signIn: LocalSignIn
  readonly db: SaleDatabase
}

const user = z.strictObject({ userId: z.number(), name: z.string() }).meta({ id: 'SignedInUser' })
const entered = z.strictObject({ user })

const path = '/api/v1/session'

/** The operations of a shopper's session. */
export const sessionOperations = {
  showSession: {
    method: 'get',
    path,
    summary: 'Who is signed in; in local mode, the users to pick from as well',
    access: 'anyone',
    answers: { 200: data(z.strictObject({ user: user.nullable(), users: z.array(user) })) },
    errors: ['UNAVAILABLE'],
  },
  signOut: {
    method: 'delete',
    path,
    summary: 'End the session, from the page only',
    access: 'anyone',
    answers: { 200: data(z.strictObject({ user: z.null() }), 'OK', ['Set-Cookie']) },
    errors: ['CROSS_ORIGIN'],
  },
  signIn: {
    method: 'post',
    path,
    summary: 'Sign a user in, from the page and in local mode only',
    access: 'anyone',
    body: z.strictObject({ userId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    answers: { 200: data(entered, 'OK', ['Set-Cookie']) },
    errors: ['CROSS_ORIGIN', 'NOT_FOUND', 'METHOD_NOT_ALLOWED', 'UNAVAILABLE'],
  },
} as const satisfies Operations

const offeredUsers = 6
const notSignedIn: ReadonlySet<string> = new Set(['UNAUTHENTICATED'])

/** A script cannot read the cookie, and no other site's page has it sent. Local mode is plain HTTP, so it is not `Secure`. */
const cookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' } as const

/** Shows and ends sessions, and begins them in local mode. */
export function sessionRoutes(dependencies: SessionRouteDependencies): Router {
  const { cookie, signIn, db } = dependencies
  const { signIn: entering, ...always } = sessionOperations
  const handlers: Handlers<typeof always> = {
    async showSession({ request }) {
      const user = await currentUser(dependencies, request)
      const mayPick = signIn !== undefined && user === undefined
      const offered = mayPick ? await answered(listNewestUsers(db, offeredUsers)) : []
      return { status: 200, data: { user: user === undefined ? null : view(user), users: offered.map(view) } }
    },
    async signOut({ request, response }) {
      requireOwnPage(request)
      response.clearCookie(cookie, cookieOptions)
      return { status: 200, data: { user: null } }
    },
  }
  const options = { before: [dataHeaders] }
  if (signIn === undefined) return routes(always, options)(handlers)
  const enter = async ({ request, response, body: { userId } }: Asked<(typeof sessionOperations)['signIn']>) => {
    requireOwnPage(request)
    const user = await answered(findUser(db, userId))
    if (user === undefined) throw new ApiError('NOT_FOUND')
    response.cookie(cookie, signIn(userId), { ...cookieOptions, maxAge: sessionMs })
    return { status: 200, data: { user: view(user) } } as const
  }
  return routes({ ...always, signIn: entering }, options)({ ...handlers, signIn: enter })
}

async function currentUser(
  { identify, db }: Pick<SessionRouteDependencies, 'identify' | 'db'>,
  request: Request,
): Promise<User | undefined> {
  try {
    const { userId } = await identify(request)
    return await answered(findUser(db, userId))
  } catch (error) {
    if (error instanceof ApiError && notSignedIn.has(error.code)) return undefined
    throw error
  }
}

function view({ id, name }: User) {
  return { userId: id, name }
}
