import { expect, it } from 'vitest'
import { newVoucherId } from './voucher-id.js'

it('a new voucher id is the moment it was made, to a tenth of a second', () => {
  expect(newVoucherId(new Date('2026-11-22T16:05:12.345Z'))).toBe(2_611_221_605_123)
})

it('later ids are larger', () => {
  expect(newVoucherId(new Date('2027-01-01T00:00:00.000Z'))).toBeGreaterThan(
    newVoucherId(new Date('2026-12-31T23:59:59.999Z')),
  )
})
