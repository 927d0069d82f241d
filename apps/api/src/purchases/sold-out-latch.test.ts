import { expect, it } from 'vitest'
import { createSoldOutLatch } from './sold-out-latch.js'

it('the latch closes for the voucher and quantity that were sold out, for 50 ms', () => {
  let now = 1_000
  const latch = createSoldOutLatch(() => now)
  expect(latch.closed(7, 1)).toBe(false)
  latch.soldOut(7, 1)
  expect([latch.closed(7, 1), latch.closed(7, 2), latch.closed(8, 1)]).toEqual([true, false, false])
  now += 50
  expect(latch.closed(7, 1)).toBe(true)
  now += 1
  expect(latch.closed(7, 1)).toBe(false)
})
