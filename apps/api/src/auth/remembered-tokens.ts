import type { Principal, TokenVerifier } from './token-verifier.js'

/**
 * Remembers verified tokens until they expire, keyed by the token itself; the least recently used goes first. A token
 * that is not valid is never remembered.
 */
export const rememberTokens = (
  verify: TokenVerifier,
  capacity: number,
  now: () => number = Date.now,
): TokenVerifier => {
  const known = new Map<string, Principal>()
  const remember = (token: string, principal: Principal): void => {
    known.set(token, principal)
    if (known.size <= capacity) return
    const [oldest] = known.keys()
    if (oldest !== undefined) known.delete(oldest)
  }
  return async (token) => {
    const remembered = known.get(token)
    if (remembered !== undefined) {
      known.delete(token)
      if (remembered.expiresAt <= now()) return null
      known.set(token, remembered)
      return remembered
    }
    const principal = await verify(token)
    if (principal !== null) remember(token, principal)
    return principal
  }
}
