import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newReservationId, parseReservationId } from './reservation-id.js'

describe('a reservation id', () => {
  it('is the voucher and 26 characters of lower-case base32, and never the same', () => {
    const ids = Array.from({ length: 1_000 }, () => newReservationId(42))
    for (const id of ids) expect(id).toMatch(/^42-[a-z2-7]{26}$/)
    expect(new Set(ids).size).toBe(1_000)
  })

  it('uses all 128 bits: every position takes many values', () => {
    const tails = Array.from({ length: 2_000 }, () => newReservationId(1).slice(2))
    const values = Array.from({ length: 26 }, (_, i) => new Set(tails.map((tail) => tail[i])).size)
    expect(values.slice(0, 25).every((count) => count === 32)).toBe(true)
    // The last character carries the 3 bits that are left.
    expect(values[25]).toBe(8)
  })

  it('of a traced purchase has as many values, and ends in none of those of the others', () => {
    const lastOf = (isTraced: boolean) =>
      new Set(Array.from({ length: 2_000 }, () => newReservationId(1, isTraced).at(-1)))
    const traced = lastOf(true)
    expect(traced.size).toBe(8)
    expect(lastOf(false).isDisjointFrom(traced)).toBe(true)
  })

  it('is read back with its voucher', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (voucherId) => {
        expect(parseReservationId(newReservationId(voucherId))?.voucherId).toBe(voucherId)
      }),
    )
  })

  it.each(['', '1', '1-', `0-${'a'.repeat(26)}`, `01-${'a'.repeat(26)}`, `1-${'a'.repeat(25)}`, `1-${'A'.repeat(26)}`])(
    'is not %j',
    (text) => {
      expect(parseReservationId(text)).toBeNull()
    },
  )

  it.each([
    `-1-${'a'.repeat(26)}`,
    `1-${'1'.repeat(26)}`,
    `1-${'a'.repeat(26)}\n`,
    `9999999999999999-${'a'.repeat(26)}`,
  ])('is not %j either', (text) => {
    expect(parseReservationId(text)).toBeNull()
  })
})
