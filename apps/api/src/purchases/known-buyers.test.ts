import { expect, it } from 'vitest'
import { createKnownBuyers } from './known-buyers.js'

it('known buyers are kept per voucher, and past the capacity the least recently used are forgotten', () => {
  const buyers = createKnownBuyers(2)
  buyers.add(1, 10)
  buyers.add(1, 11)
  expect([buyers.has(1, 10), buyers.has(2, 10)]).toEqual([true, false])
  buyers.add(1, 12)
  expect([10, 11, 12].map((user) => buyers.has(1, user))).toEqual([true, false, true])
})
