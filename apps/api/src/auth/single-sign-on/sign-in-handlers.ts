import type { Request, Response } from 'express'
import * as openid from 'openid-client'
import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import { ApiError } from '../../http/api-error.js'
import type { FlatHeaders } from '../../http/envelope.js'
import { longestToken, sessionCookies } from '../credential.js'
import type { Principal, TokenVerifier } from '../token-verifier.js'
import { keepOpenSignIn, takeOpenSignIn } from './open-sign-in.js'
import type { SingleSignOn } from './single-sign-on.js'

/** The reason of a sign-in that failed, which the page is told in its address: the provider refused or did not answer, or the sale knows no such user. */
type FailedSignIn = 'refused' | 'unavailable' | 'unknown'

export interface SignInDependencies {
  /** Undefined where no provider is configured. */
  readonly singleSignOn: SingleSignOn | undefined
  readonly verify: TokenVerifier
  readonly logger: Logger
}

/** A page whose users sign in. */
export interface SignInPage {
  readonly name: keyof SingleSignOn['origins']
  /** The path of the session. */
  readonly path: string
  /** The path of the session's cookie. */
  readonly cookiePath: string
  /** Reports whether the page has something for the user. */
  readonly isKnown: (principal: Principal) => boolean | Promise<boolean>
}

interface Asked {
  readonly request: Request
  readonly response: Response
}

interface Redirect {
  readonly status: 303
  readonly headers: FlatHeaders
}

/** The handlers of both redirects of a page's sign-in. */
export function signInHandlers(
  { singleSignOn, verify, logger }: SignInDependencies,
  { name, path, cookiePath, isKnown }: SignInPage,
) {
  const configured = () => {
    if (singleSignOn === undefined) throw new ApiError('NOT_FOUND')
    const origin = singleSignOn.origins[name]
    const failed = (reason: FailedSignIn, error: unknown): Redirect => {
      logger.warn({ reason: reasonOf(error) }, `a sign-in failed: ${reason}`)
      return redirect(`${origin}/?sign-in=${reason}`)
    }
    const cookie = { path, secure: origin.startsWith('https:') }
    return { origin, flow: singleSignOn, cookie, returnTo: `${origin}${path}/return`, failed }
  }
  return {
    async beginSignIn({ response }: Asked): Promise<Redirect> {
      const { flow, cookie, returnTo, failed } = configured()
      try {
        const { url, open } = await flow.begin(returnTo)
        keepOpenSignIn(response, open, cookie)
        return redirect(url.href)
      } catch (error) {
        return failed('unavailable', error)
      }
    },
    async finishSignIn({ request, response }: Asked): Promise<Redirect> {
      const { origin, flow, cookie, returnTo, failed } = configured()
      const open = takeOpenSignIn(request, response, cookie)
      if (open === undefined) return failed('refused', 'this browser has begun none in the last ten minutes')
      try {
        const { search } = new URL(request.url, origin)
        const token = await flow.finish(new URL(`${returnTo}${search}`), open)
        if (token.length > longestToken)
          return failed('refused', `the access token has more than ${longestToken} bytes`)
        const principal = await verify(token)
        if (principal === null) return failed('refused', 'the access token is not for AUTH_AUDIENCE, or has no user id')
        if (!(await isKnown(principal))) return failed('unknown', `user ${principal.userId}`)
        response.cookie(sessionCookies[name], token, {
          httpOnly: true,
          sameSite: 'strict',
          path: cookiePath,
          secure: cookie.secure,
          expires: new Date(principal.expiresAt),
        })
        return redirect(`${origin}/`)
      } catch (error) {
        return failed(isRefusal(error) ? 'refused' : 'unavailable', error)
      }
    },
  }
}

function redirect(location: string): Redirect {
  return { status: 303, headers: ['Location', location, 'Cache-Control', 'no-store'] }
}

/** Codes of a provider that does not answer, or answers by a status that is none of the protocol's. */
const outages: readonly (string | undefined)[] = ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']

/** Reports whether the provider has answered: with an error, or with an answer that does not belong to the sign-in. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof openid.AuthorizationResponseError ||
    error instanceof openid.ResponseBodyError ||
    (error instanceof openid.ClientError && !outages.includes(error.code))
  )
}
