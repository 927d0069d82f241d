import { expect, it } from 'vitest'
import { createMayReturn } from './returning-units.js'

it('is read once a second for each voucher', async () => {
  let now = 0
  const reads: number[] = []
  const mayReturn = createMayReturn(
    async (voucherId) => reads.push(voucherId) < 3,
    () => now,
  )
  expect(await Promise.all([mayReturn(7), mayReturn(7), mayReturn(8)])).toEqual([true, true, true])
  now = 999
  expect(await mayReturn(7)).toBe(true)
  now = 1_000
  expect(await mayReturn(7)).toBe(false)
  expect(reads).toEqual([7, 8, 7])
})
