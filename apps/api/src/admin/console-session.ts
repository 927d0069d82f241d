import { isIP } from 'node:net'
import type { Request, Router } from 'express'
import { z } from 'zod'
import type { Identify } from '../auth/authenticate.js'
import { requireOwnPage, sessionCookies } from '../auth/credential.js'
import type { LocalSignIn } from '../auth/local-sign-in.js'
import { type SignInDependencies, signInHandlers } from '../auth/single-sign-on/sign-in-handlers.js'
import type { Principal, TokenVerifier } from '../auth/token-verifier.js'
import { epochMs } from '../http/answer-fields.js'
import { ApiError } from '../http/api-error.js'
import { data, empty, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'

/** A token of the issuer; or, in local mode, a role that the API signs a token for. */
const sessionBody = z.union([
  z.strictObject({ token: z.string().min(1).max(3_500) }),
  z.strictObject({ role: z.enum(['operator', 'viewer']) }),
])

const session = z
  .strictObject({ userId: z.number(), role: z.enum(['operator', 'viewer']), expiresAt: epochMs })
  .meta({ id: 'ConsoleSession' })
const path = '/admin/v1/session'
const signInPath = `${path}/sign-in` as const
const shown = z.strictObject({
  session: session.nullable(),
  local: z.boolean().meta({ description: 'local mode gives a role with one click' }),
  signInPath: z
    .literal(signInPath)
    .nullable()
    .meta({ description: 'begins a sign-in by OpenID Connect, where there is one' }),
})

/** The operations of the console's session. */
export const consoleSessionOperations = {
  showSession: {
    method: 'get',
    path,
    summary: 'Who is signed in, and whether local mode gives a role with one click',
    access: 'anyone',
    answers: { 200: data(shown) },
    errors: ['UNAVAILABLE'],
  },
  signIn: {
    method: 'post',
    path,
    summary: 'Sign in with a role or a token, from the page only',
    access: 'anyone',
    body: sessionBody,
    answers: { 200: data(shown, 'OK', ['Set-Cookie']) },
    errors: ['CROSS_ORIGIN', 'UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE'],
  },
  signOut: {
    method: 'delete',
    path,
    summary: 'End the session, from the page only',
    access: 'anyone',
    answers: { 200: data(shown, 'OK', ['Set-Cookie']) },
    errors: ['CROSS_ORIGIN'],
  },
  beginSignIn: {
    method: 'get',
    path: signInPath,
    summary: 'Send the browser to the OpenID provider',
    access: 'anyone',
    answers: { 303: empty('To the provider, or back to the console where it does not answer') },
    errors: ['NOT_FOUND'],
  },
  finishSignIn: {
    method: 'get',
    path: `${path}/return`,
    summary:
      "Begin the session of the operator who returns from the OpenID provider; a failure's reason is in the console's address",
    access: 'anyone',
    answers: { 303: empty('To the console') },
    errors: ['NOT_FOUND'],
  },
} as const satisfies Operations

const cookiePath = '/admin'

/** The user that local mode signs the console in as. */
const localUserId = 1

export interface ConsoleSessionDependencies extends SignInDependencies {
  readonly identify: Identify
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

/** The session of the console, in a cookie that scripts cannot read. */
export function consoleSession(dependencies: ConsoleSessionDependencies): Router {
  const { identify, verify, signIn, singleSignOn } = dependencies
  const isLocal = (request: Request) => signIn !== undefined && isReachedByAddress(request)
  const tokenOf = (request: Request, body: z.output<typeof sessionBody>): string => {
    if ('token' in body) return body.token
    if (signIn === undefined || !isLocal(request)) throw new ApiError('UNAUTHENTICATED')
    return signIn(localUserId, body.role)
  }
  const isKnown = ({ role }: Principal) => role !== undefined
  const page = { name: 'console', path, cookiePath, isKnown } as const
  const show = (request: Request, session: z.output<typeof shown>['session']) => {
    const data = { session, local: isLocal(request), signInPath: singleSignOn === undefined ? null : signInPath }
    return { status: 200, data } as const
  }
  return routes(consoleSessionOperations)({
    async showSession({ request }) {
      return show(request, await currentSession(identify, request))
    },
    async signIn({ request, response, body }) {
      requireOwnPage(request)
      const token = tokenOf(request, body)
      const principal = await operatorOf(verify, token)
      response.cookie(sessionCookies.console, token, { ...optionsOf(request), expires: new Date(principal.expiresAt) })
      return show(request, sessionOf(principal))
    },
    signOut({ request, response }) {
      requireOwnPage(request)
      response.clearCookie(sessionCookies.console, optionsOf(request))
      return show(request, null)
    },
    ...signInHandlers(dependencies, page),
  })
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
  return { httpOnly: true, sameSite: 'strict', path: cookiePath, secure } as const
}
