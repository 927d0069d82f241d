const firstMs = 100
const longestMs = 5_000

/**
 * Milliseconds to wait after the n-th consecutive failure (n starts at 1): doubles up to 5 s, of which the upper half
 * is jitter.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 10))
  return ceiling / 2 + (ceiling / 2) * random()
}
