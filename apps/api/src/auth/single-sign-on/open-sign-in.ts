import type { Request, Response } from 'express'
import { z } from 'zod'
import type { OpenSignIn } from './single-sign-on.js'

const name = 'seckill_sign_in'
/** The time that a user has to sign in at the provider. */
const maxAge = 600_000
const inCookies = new RegExp(`(?:^|;\\s*)${name}=([\\w-]+)`)

const openSignIn = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() })

/** Lax: the return from the provider is a navigation from another site, which carries no strict cookie. */
function optionsOf(path: string, secure: boolean) {
  return { httpOnly: true, sameSite: 'lax', path, secure } as const
}

/** Keeps an open sign-in in a cookie of its browser. */
export function keepOpenSignIn(
  response: Response,
  open: OpenSignIn,
  { path, secure }: { readonly path: string; readonly secure: boolean },
): void {
  const value = Buffer.from(JSON.stringify(open)).toString('base64url')
  response.cookie(name, value, { ...optionsOf(path, secure), maxAge })
}

/** Takes the open sign-in of a browser, once; undefined where it has none. */
export function takeOpenSignIn(
  request: Request,
  response: Response,
  { path, secure }: { readonly path: string; readonly secure: boolean },
): OpenSignIn | undefined {
  const value = inCookies.exec(request.headers.cookie ?? '')?.[1]
  if (value === undefined) return undefined
  response.clearCookie(name, optionsOf(path, secure))
  try {
    return openSignIn.parse(JSON.parse(Buffer.from(value, 'base64url').toString()))
  } catch {
    return undefined
  }
}
