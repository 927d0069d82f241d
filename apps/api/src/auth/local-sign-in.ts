import { createSigner } from 'fast-jwt'
import type { AuthConfig } from '../config.js'
import { localAudience, localIssuer } from './token-verifier.js'

/** Milliseconds that a session of local mode lasts. */
export const sessionMs = 12 * 3_600_000

/** Signs the token of a session in local mode; undefined elsewhere, where an issuer gives the tokens. */
export function createLocalSignIn(auth: AuthConfig): ((userId: number, role?: string) => string) | undefined {
  if (auth.kind !== 'local') return undefined
  const key = auth.secret
  const sign = createSigner({ key, algorithm: 'HS256', expiresIn: sessionMs, iss: localIssuer, aud: localAudience })
  return (userId, role) => sign({ sub: String(userId), ...(role !== undefined && { role }) })
}

/** Signs the token of a user; see {@link createLocalSignIn}. */
export type LocalSignIn = ReturnType<typeof createLocalSignIn>
