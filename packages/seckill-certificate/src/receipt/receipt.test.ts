import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { promised } from '../../test/sample-promise.js'
import { createReceipt, type Promised, receiptKeys, verifyReceipt } from './index.js'

const secret = () => randomBytes(32).toString('base64url')
const keys = receiptKeys([secret()])

const promise = fc.record({
  traceId: fc.string(),
  userId: fc.maxSafeNat(),
  voucherId: fc.maxSafeNat(),
  units: fc.maxSafeNat(),
  priceMinor: fc.maxSafeNat(),
  currency: fc.string(),
  termsVersion: fc.maxSafeNat(),
  seq: fc.maxSafeNat(),
  admittedAt: fc.maxSafeNat(),
})

describe('a receipt', () => {
  it('is genuine for what was promised, with 36 characters and a MAC of 144 bits', () => {
    const receipt = createReceipt(promised, keys)
    expect(receipt).toMatch(/^r1\.[\w-]{8}\.[\w-]{24}$/)
    expect(verifyReceipt(receipt, promised, keys)).toBe('genuine')
  })

  it('has the text that openssl computes for a key and a promise', () => {
    const fixed = receiptKeys([Buffer.alloc(32, 1).toString('base64url')])
    expect(createReceipt(promised, fixed)).toBe('r1.6PG_xgYT.Ui2TtC46IorTx_n_wnu2W0nD')
  })

  it('is forged for any other promise', () => {
    fc.assert(
      fc.property(promise, promise, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other))
        const receipt = createReceipt(one, keys)
        expect(verifyReceipt(receipt, one, keys)).toBe('genuine')
        expect(verifyReceipt(receipt, other, keys)).toBe('forged')
      }),
    )
  })

  it.each(Object.keys(promised) as (keyof Promised)[])('is forged when %s alone is another', (field) => {
    const value = promised[field]
    const changed = { ...promised, [field]: typeof value === 'number' ? value + 1 : `${value}x` }
    expect(verifyReceipt(createReceipt(promised, keys), changed, keys)).toBe('forged')
  })

  it('is not genuine with any one character changed', () => {
    const receipt = createReceipt(promised, keys)
    for (let at = 0; at < receipt.length; at++) {
      for (const character of 'ABCxyz019-_.= \n') {
        if (receipt[at] === character) continue
        const changed = receipt.slice(0, at) + character + receipt.slice(at + 1)
        expect(verifyReceipt(changed, promised, keys), changed).not.toBe('genuine')
      }
    }
  })

  it('says why it cannot be genuine', () => {
    const receipt = createReceipt(promised, keys)
    expect(verifyReceipt(receipt, promised, receiptKeys([secret()]))).toBe('unknown-key')
    expect(verifyReceipt(receipt.replace('r1', 'r2'), promised, keys)).toBe('unknown-version')
    for (const text of ['', 'r1', `${receipt}=`, receipt.slice(0, -1), `${receipt}\n`]) {
      expect(verifyReceipt(text, promised, keys)).toBe('malformed')
    }
  })

  it('stays genuine after its key was replaced by a newer one', () => {
    const [old, newer] = [secret(), secret()]
    const receipt = createReceipt(promised, receiptKeys([old]))
    const both = receiptKeys([newer, old])
    expect(verifyReceipt(receipt, promised, both)).toBe('genuine')
    expect(verifyReceipt(createReceipt(promised, both), promised, receiptKeys([newer]))).toBe('genuine')
  })

  it('is not made of a number that JSON would round', () => {
    expect(() => createReceipt({ ...promised, priceMinor: 0.5 }, keys)).toThrow(RangeError)
    expect(() => createReceipt({ ...promised, seq: Number.NaN }, keys)).toThrow(RangeError)
  })
})

describe('receiptKeys', () => {
  it('refuses no key, and one below 32 bytes', () => {
    expect(() => receiptKeys([])).toThrow('need a key')
    expect(() => receiptKeys([randomBytes(31).toString('base64url')])).toThrow('32 bytes')
  })

  it('gives different keys different ids, which do not disclose the key', () => {
    const [one, other] = [secret(), secret()]
    expect(receiptKeys([one])[0].id).not.toBe(receiptKeys([other])[0].id)
    expect(one).not.toContain(receiptKeys([one])[0].id)
  })
})
