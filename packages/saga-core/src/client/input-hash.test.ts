import { describe, expect, it } from 'vitest'
import { inputHash } from './input-hash.js'

describe('inputHash', () => {
  it.each([
    ['fields in another order', { a: 1, b: { c: 2, d: [3] } }, { b: { d: [3], c: 2 }, a: 1 }],
    ['a field that is undefined', { a: 1, b: undefined }, { a: 1 }],
    ['what JSON makes of a value', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  ])('is the same for %s', (_, one, other) => {
    expect(inputHash(one)).toBe(inputHash(other))
  })

  it.each([
    ['values', { a: 1 }, { a: 2 }],
    ['types', { a: 1 }, { a: '1' }],
    ['order of a list', [1, 2], [2, 1]],
    ['names of fields', { a: 1 }, { b: 1 }],
    ['nesting', { a: { b: 1 } }, { a: 1, b: 1 }],
  ])('differs with the %s', (_, one, other) => {
    expect(inputHash(one)).not.toBe(inputHash(other))
  })
})
