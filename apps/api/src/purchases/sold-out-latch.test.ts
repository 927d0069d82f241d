import { expect, it } from 'vitest'
import { createSoldOutLatch } from './sold-out-latch.js'

it('the latch closes for the voucher and quantity that were sold out, for 50 ms', () => {
  let now = 1_000
  const latch = createSoldOutLatch(() => now)
  expect(latch.closed(7, 1)).toBe(false)
  latch.soldOut(7, 1)
  expect([latch.closed(7, 1), latch.closed(7, 2), latch.closed(8, 1)]).toEqual([true, false, false])
  now += 20
  expect(latch.closed(7, 1)).toBe(true)
  now += 30
  expect([latch.closed(7, 1), latch.closed(7, 1)]).toEqual([false, true])
  now += 1
  expect(latch.closed(7, 1)).toBe(false)
})

it('one purchase asks again before the memory is over, while the others still get its answer', () => {
  let now = 1_000
  const latch = createSoldOutLatch(() => now)
  latch.soldOut(7, 1)
  now += 30
  expect([latch.closed(7, 1), latch.closed(7, 1), latch.closed(7, 1)]).toEqual([false, true, true])
  latch.soldOut(7, 1)
  now += 20
  expect(latch.closed(7, 1)).toBe(true)
  now += 10
  expect([latch.closed(7, 1), latch.closed(7, 1)]).toEqual([false, true])
  now += 21
  expect([latch.closed(7, 1), latch.closed(7, 1)]).toEqual([false, false])
})
