import { SignJWT } from 'jose'

/** Issuer and audience of the tokens that a local sale accepts. */
const issuer = 'seckill-local'
const audience = 'seckill-api'

/** User id of the operator of a local sale. */
export const operatorUserId = 1

export interface TokenClaims {
  readonly userId: number
  /** The role on the admin port; a shopper has none. */
  readonly role?: 'operator' | 'viewer' | undefined
  /** Seconds; an hour when not given. */
  readonly validForSeconds?: number
}

/** Signs a bearer token of a local sale with its secret. */
export function signToken(secret: string, { userId, role, validForSeconds = 3_600 }: TokenClaims): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT(role === undefined ? {} : { role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(userId))
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + validForSeconds)
    .sign(new TextEncoder().encode(secret))
}

const chunkSize = 500

/** Signs one token for each user from `firstUser` on; `onSigned` is called with the number signed so far. */
export async function signTokens(
  secret: string,
  users: { readonly firstUser: number; readonly count: number },
  onSigned: (signed: number) => void,
): Promise<readonly string[]> {
  const tokens: string[] = []
  while (tokens.length < users.count) {
    const size = Math.min(chunkSize, users.count - tokens.length)
    const from = users.firstUser + tokens.length
    const chunk = Array.from({ length: size }, (_, index) => signToken(secret, { userId: from + index }))
    tokens.push(...(await Promise.all(chunk)))
    onSigned(tokens.length)
  }
  return tokens
}
