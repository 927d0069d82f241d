import { expect, it } from 'vitest'
import { backoffMs } from './backoff.js'

it('the pause doubles with each failure in a row, up to 5 s, and the upper half of it is random', () => {
  const longest = [1, 2, 3, 6, 7, 50].map((failures) => backoffMs(failures, () => 1))
  expect(longest).toEqual([100, 200, 400, 3_200, 5_000, 5_000])
  expect(backoffMs(3, () => 0)).toBe(200)
})
