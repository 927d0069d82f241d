import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffMs } from './backoff.js'

it('the wait before an attempt doubles up to the longest, and is at least half of that', () => {
  const policy = { firstMs: 500, longestMs: 60_000 }
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempts, drawn) => {
        const ceiling = Math.min(60_000, 500 * 2 ** (attempts - 1))
        const wait = backoffMs(policy, attempts, drawn)
        expect(wait).toBeGreaterThanOrEqual(ceiling / 2)
        expect(wait).toBeLessThanOrEqual(ceiling)
      },
    ),
  )
})
