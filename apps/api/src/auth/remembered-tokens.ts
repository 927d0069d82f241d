import { createRecentEntries } from '../recent-entries.js'
import type { Principal, TokenVerifier } from './token-verifier.js'

/**
 * Caches verified tokens until they expire, keyed by the token itself; the least recently used are evicted first. An
 * invalid token is never cached.
 */
export function rememberTokens(verify: TokenVerifier, capacity: number, now: () => number = Date.now): TokenVerifier {
  const known = createRecentEntries<string, Principal>(capacity)
  const remember = (token: string, principal: Principal | null): Principal | null => {
    if (principal !== null) known.set(token, principal)
    return principal
  }
  return (token) => {
    const remembered = known.get(token)
    if (remembered !== undefined) return remembered.expiresAt > now() ? remembered : null
    const answer = verify(token)
    return answer instanceof Promise ? answer.then((one) => remember(token, one)) : remember(token, answer)
  }
}
