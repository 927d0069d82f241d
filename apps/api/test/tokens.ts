import { type JWTPayload, SignJWT } from 'jose'

/** The secret of every API under test. */
export const testSecret = 'a secret of these tests only, 32 bytes or more'

/** Claims and signature of a token that differ from a valid one's. */
export interface TokenClaims extends JWTPayload {
  readonly secret?: string
  readonly alg?: string
  readonly expiresInSeconds?: number
}

/** A bearer token of local mode, valid by default. */
export function tokenOf(userId: number | string, claims: TokenClaims = {}): Promise<string> {
  const { secret = testSecret, alg = 'HS256', expiresInSeconds = 600, iss, aud, ...payload } = claims
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT(payload)
    .setProtectedHeader({ alg })
    .setSubject(String(userId))
    .setIssuer(iss ?? 'seckill-local')
    .setAudience(aud ?? 'seckill-api')
    .setExpirationTime(now + expiresInSeconds)
    .sign(new TextEncoder().encode(secret))
}

/** A token that claims to need no signature. */
export function unsignedTokenOf(userId: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1_000) + 600
  const payload = { sub: String(userId), iss: 'seckill-local', aud: 'seckill-api', exp }
  return `${part({ alg: 'none' })}.${part(payload)}.`
}
