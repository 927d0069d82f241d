import { createVerifier, TokenError } from 'fast-jwt'
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { AuthConfig } from '../config.js'

/** Issuer and audience of tokens in local mode. */
export const localIssuer = 'seckill-local'
export const localAudience = 'seckill-api'

/** The roles on the admin port: a viewer reads, an operator changes as well. */
type Role = 'operator' | 'viewer'

/** The sender of a request; the user id is the token's `sub`, never a part of the body. */
export interface Principal {
  readonly userId: number
  /** The sender's role on the admin port; a shopper has none. */
  readonly role: Role | undefined
  /** Epoch milliseconds after which the token is no longer valid. */
  readonly expiresAt: number
}

/**
 * Verifies a bearer token, synchronously when the key is local; `null` when it is expired, forged or not for this API.
 */
export type TokenVerifier = (token: string) => Principal | null | Promise<Principal | null>

const userIdText = /^[1-9]\d{0,15}$/

/** The claims `role` and `roles` of a token; `admin` is the operator's name at an issuer without roles of the sale's own. */
function roleOf({ role, roles }: JWTPayload): Role | undefined {
  const names: readonly unknown[] = [role, ...(Array.isArray(roles) ? roles : [])]
  if (names.includes('operator') || names.includes('admin')) return 'operator'
  return names.includes('viewer') ? 'viewer' : undefined
}

function principalOf(payload: JWTPayload): Principal | null {
  const { sub, exp } = payload
  if (typeof exp !== 'number' || typeof sub !== 'string' || !userIdText.test(sub)) return null
  const userId = Number(sub)
  if (!Number.isSafeInteger(userId)) return null
  return { userId, role: roleOf(payload), expiresAt: exp * 1_000 }
}

/** Reports whether the token is invalid; any other error means that the key server did not answer. */
function isTokenFault(error: unknown): boolean {
  return (
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  )
}

/**
 * Verifies tokens of the local issuer, synchronously: a rush brings each token once, and a thread-pool hand-over costs
 * more than the HMAC.
 */
function localVerifier(secret: string): TokenVerifier {
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: localIssuer,
    allowedAud: localAudience,
    requiredClaims: ['sub', 'exp', 'iss', 'aud'],
    cache: false,
  })
  return (token) => {
    try {
      return principalOf(verify(token) as JWTPayload)
    } catch (error) {
      if (error instanceof TokenError) return null
      throw error
    }
  }
}

/** Verifies tokens of an issuer that publishes its keys as a JWKS. */
function publishedVerifier(url: string, issuer: string, audience: string): TokenVerifier {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: 3_000 })
  const algorithms = ['RS256', 'ES256', 'PS256', 'EdDSA']
  return async (token) => {
    try {
      const options = { algorithms, issuer, audience, requiredClaims: ['sub', 'exp'] }
      return principalOf((await jwtVerify(token, keys, options)).payload)
    } catch (error) {
      if (isTokenFault(error)) return null
      throw error
    }
  }
}

/**
 * Creates the verifier of a configuration: HS256 with the local secret, or the issuer's JWKS. Algorithms are pinned,
 * never taken from the token.
 */
export function createTokenVerifier(auth: AuthConfig): TokenVerifier {
  return auth.kind === 'local' ? localVerifier(auth.secret) : publishedVerifier(auth.url, auth.issuer, auth.audience)
}
