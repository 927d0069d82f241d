import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planRush, type RushShape } from './plan.js'

const shape: RushShape = { shoppers: 1_000, firstUser: 1, duplicates: 0.02, bad: 0.01, rate: 1_000 }
function count(of: RushShape, kind: string) {
  return planRush(of).filter((shot) => shot.kind === kind).length
}

describe('planRush', () => {
  it('has one request for each shopper, and the given shares of repeats and bad requests', () => {
    expect(count(shape, 'purchase')).toBe(1_000)
    expect(count(shape, 'repeat')).toBe(20)
    expect(count(shape, 'bad')).toBe(10)
  })

  it('has every kind of bad request', () => {
    const faults = planRush(shape).flatMap((shot) => (shot.kind === 'bad' ? [shot.fault] : []))
    expect(new Set(faults).size).toBe(5)
  })

  it('of any shape has one request of each user, and a repeat only after it', () => {
    const shapes = fc.record({
      shoppers: fc.integer({ min: 1, max: 400 }),
      firstUser: fc.integer({ min: 1, max: 1_000_000 }),
      duplicates: fc.double({ min: 0, max: 1, noNaN: true }),
      bad: fc.double({ min: 0, max: 1, noNaN: true }),
      rate: fc.constant(1_000),
    })
    fc.assert(
      fc.property(shapes, (of) => {
        const seen = new Set<number>()
        for (const shot of planRush(of)) {
          if (shot.kind === 'purchase') {
            expect(seen.has(shot.userId)).toBe(false)
            seen.add(shot.userId)
          } else {
            expect(seen.has(shot.userId)).toBe(true)
          }
        }
        expect(seen.size).toBe(of.shoppers)
      }),
    )
  })
})
