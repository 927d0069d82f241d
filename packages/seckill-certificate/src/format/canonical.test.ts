import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url } from './base64url.js'
import { canonicalJson, firstDifference } from './canonical.js'

/** The same value with the keys of every object in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

/** JSON without halves of surrogate pairs, which `JSON.stringify` escapes. */
const wellFormed = fc.jsonValue({ stringUnit: 'binary' })

describe('canonicalJson', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(wellFormed, (value) => canonicalJson(reversed(value)) === canonicalJson(value)))
  })

  it('is JSON of the same value, and its own canonical form', () => {
    fc.assert(
      fc.property(wellFormed, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        // -0 has no form of its own in JSON.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('writes the example of RFC 8785, 3.2.3, with its keys by UTF-16 code units', () => {
    const example = {
      '€': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew',
      '1': 'One',
      '😀': 'Smiley',
      '\u0080': 'Control',
      ö: 'Latin',
    }
    expect(canonicalJson(example)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin","€":"Euro Sign","😀":"Smiley","\ufb33":"Hebrew"}',
    )
  })

  it('refuses what JSON has no form for', () => {
    expect(() => canonicalJson(undefined)).toThrow(TypeError)
    expect(() => canonicalJson({ price: Number.NaN })).toThrow('NaN')
    expect(() => canonicalJson('\ud800')).toThrow('surrogate')
  })
})

it('firstDifference names the first byte that differs, also where one text goes on', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  expect(firstDifference(bytes('abc'), bytes('abc'))).toBeNull()
  expect(firstDifference(bytes('abc'), bytes('abd'))).toBe(2)
  expect(firstDifference(bytes('abc'), bytes('ab'))).toBe(2)
})

describe('base64url', () => {
  it('has one text for each byte string, and takes no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it.each(['AB', 'AA==', 'A+/A', 'AA\n', 'A'])('refuses %j', (text) => {
    expect(fromBase64url(text)).toBeNull()
  })
})
