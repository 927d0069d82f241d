import { createRecentEntries } from '../recent-entries.js'
import type { Principal, TokenVerifier } from './token-verifier.js'

/**
 * Remembers verified tokens until they expire, keyed by the token itself; those not used for long go first. A token
 * that is not valid is never remembered.
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
