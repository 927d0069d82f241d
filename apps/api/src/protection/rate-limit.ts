import { createRecentEntries } from '../recent-entries.js'

/** The keys that a limit remembers; beyond them those used least recently are forgotten. */
const mostKeys = 400_000

/** How many requests a key may send; it regains its allowance evenly over the time. */
export interface RateLimit<Key> {
  /** Whole milliseconds until the key may send again; 0 when it may now. */
  waitMs(key: Key): number
  /** Takes one request from the allowance of the key. */
  count(key: Key): void
}

const without: RateLimit<unknown> = { waitMs: () => 0, count: () => undefined }

/**
 * Creates a limit of `requests` in `perMs` milliseconds for each key; 0 requests stand for no limit.
 *
 * It remembers one number a key: the time at which its allowance is whole again (the generic cell rate algorithm).
 */
export function createRateLimit<Key>(
  { requests, perMs }: { readonly requests: number; readonly perMs: number },
  now: () => number = () => performance.now(),
): RateLimit<Key> {
  if (requests === 0) return without
  const costMs = perMs / requests
  const wholeAt = createRecentEntries<Key, number>(mostKeys)
  return {
    waitMs(key) {
      const whole = wholeAt.get(key)
      return whole === undefined ? 0 : Math.max(0, Math.floor(whole + costMs - perMs - now()))
    },
    count(key) {
      const at = now()
      wholeAt.set(key, Math.max(wholeAt.get(key) ?? at, at) + costMs)
    },
  }
}
