/** The bounds of the waits between attempts, in milliseconds. */
export interface BackoffBounds {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * Milliseconds to wait after the n-th attempt (n starts at 1): doubles up to the longest, of which the upper half is jitter; `drawn` is a
 * random number from 0 up to but not 1.
 */
export function backoffMs({ firstMs, longestMs }: BackoffBounds, attempts: number, drawn: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 30))
  return Math.round(ceiling / 2 + (ceiling / 2) * drawn)
}
