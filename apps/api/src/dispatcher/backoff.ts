const FIRST_MS = 100
const LONGEST_MS = 5_000

/** Milliseconds to wait after the n-th failure in a row (1 is the first): doubling, at most 5 s, with full jitter above half. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10))
  return ceiling / 2 + (ceiling / 2) * random()
}
