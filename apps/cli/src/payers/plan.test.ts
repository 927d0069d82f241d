import { expect, it } from 'vitest'
import { kindOf, payWindowMs } from './plan.js'

it('of twenty winners most pay, and each other kind is there', () => {
  const kinds = Array.from({ length: 20 }, (_, place) => kindOf(place))
  const counts = Object.fromEntries([...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length]))
  expect(counts).toEqual({ atOnce: 12, late: 2, twice: 2, lapses: 2, leaves: 1, cancels: 1 })
})

it('the time to pay grows with the orders that are paid meanwhile', () => {
  expect(payWindowMs(100)).toBe(7_000)
  expect(payWindowMs(5_000)).toBe(40_000)
})
