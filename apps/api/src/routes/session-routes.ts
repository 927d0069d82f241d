import type { Request, Router } from 'express'
import { findUser, listNewestUsers, type User } from 'seckill-store/mysql'
import { z } from 'zod'
import type { Identify } from '../auth/authenticate.js'
import { requireOwnPage, type SessionCookie } from '../auth/credential.js'
import { type LocalSignIn, sessionMs } from '../auth/local-sign-in.js'
import { type SignInDependencies, signInHandlers } from '../auth/single-sign-on/sign-in-handlers.js'
import type { Principal } from '../auth/token-verifier.js'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { dataHeaders } from '../http/harden.js'
import { data, empty, type Operations } from '../http/operation.js'
import { type Asked, type Handlers, routes } from '../http/routes.js'

export interface SessionRouteDependencies extends SignInDependencies {
  readonly cookie: SessionCookie
  readonly identify: Identify
  /** Undefined outside local mode. */
  readonly signIn: LocalSignIn
  readonly db: SaleDatabase
}

const user = z.strictObject({ userId: z.number(), name: z.string() }).meta({ id: 'SignedInUser' })
const entered = z.strictObject({ user })

const path = '/api/v1/session'
const signInPath = `${path}/sign-in` as const
const shown = z.strictObject({
  user: user.nullable(),
  users: z.array(user),
  signInPath: z
    .literal(signInPath)
    .nullable()
    .meta({ description: 'begins a sign-in by OpenID Connect, where there is one' }),
})

/** The operations of a shopper's session. */
export const sessionOperations = {
  showSession: {
    method: 'get',
    path,
    summary: 'Who is signed in, and how to sign in: the users to pick from in local mode, or a path to go to',
    access: 'anyone',
    answers: { 200: data(shown) },
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
  beginSignIn: {
    method: 'get',
    path: signInPath,
    summary: 'Send the browser to the OpenID provider',
    access: 'anyone',
    answers: { 303: empty('To the provider, or back to the page where it does not answer') },
    errors: ['NOT_FOUND'],
  },
  finishSignIn: {
    method: 'get',
    path: `${path}/return`,
    summary:
      "Begin the session of the user who returns from the OpenID provider; a failure's reason is in the page's address",
    access: 'anyone',
    answers: { 303: empty('To the page') },
    errors: ['NOT_FOUND'],
  },
} as const satisfies Operations

const offeredUsers = 6
const notSignedIn: ReadonlySet<string> = new Set(['UNAUTHENTICATED'])

/** A script cannot read the cookie, and no other site's page has it sent. Local mode is plain HTTP, so it is not `Secure`. */
const cookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' } as const

/** Shows and ends sessions, and begins them in local mode. */
export function sessionRoutes(dependencies: SessionRouteDependencies): Router {
  const { cookie, signIn, singleSignOn, db } = dependencies
  const isKnown = async ({ userId }: Principal) => (await findUser(db, userId)) !== undefined
  const page = { name: 'shop', path, cookiePath: '/', isKnown } as const
  const { signIn: entering, ...always } = sessionOperations
  const handlers: Handlers<typeof always> = {
    async showSession({ request }) {
      const user = await currentUser(dependencies, request)
      const mayPick = signIn !== undefined && user === undefined
      const offered = mayPick ? await answered(listNewestUsers(db, offeredUsers)) : []
      const signedIn = user === undefined ? null : view(user)
      const data = {
        user: signedIn,
        users: offered.map(view),
        signInPath: singleSignOn === undefined ? null : signInPath,
      }
      return { status: 200, data }
    },
    async signOut({ request, response }) {
      requireOwnPage(request)
      response.clearCookie(cookie, cookieOptions)
      return { status: 200, data: { user: null } }
    },
    ...signInHandlers(dependencies, page),
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
