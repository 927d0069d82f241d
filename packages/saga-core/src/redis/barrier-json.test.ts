import { describe, expect, it } from 'vitest'
import { fromLua, toLua } from './barrier-json.js'

function throughLua(payload: object): unknown {
  return fromLua(toLua('take', 'a', payload))
}

describe('a payload of a script', () => {
  it.each([
    ['empty lists', { a: [], b: [[], {}] }],
    ['empty texts', { a: '', b: [''] }],
    ['numbers of 14 digits', { a: 12_345_678_901_234, b: -0.1234567890123, c: 1e300 }],
    ['nothing, and truth', { a: null, b: true }],
  ])('comes back with %s as they are', (_, payload) => {
    expect(throughLua(payload)).toStrictEqual(payload)
  })

  it('has null where JSON has it for a number', () => {
    expect(throughLua({ a: Number.NaN, b: Number.POSITIVE_INFINITY })).toStrictEqual({ a: null, b: null })
  })

  it('is refused with a number of more digits than Lua writes, which is named', () => {
    expect(() => toLua('take', 'a', { deep: [{ userId: 123_456_789_012_345 }] })).toThrow(
      expect.objectContaining({
        code: 'SAGA_BARRIER_SCRIPT',
        message: 'barrier script "take", lane "a": the number 123456789012345 has more than 14 digits: send it as text',
      }),
    )
  })
})
