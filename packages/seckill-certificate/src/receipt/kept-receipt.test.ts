import { describe, expect, it } from 'vitest'
import { promised } from '../../test/sample-promise.js'
import { createReceipt, readKeptReceipt, receiptKeys, verifyReceipt } from './index.js'

const keys = receiptKeys([Buffer.alloc(32, 1).toString('base64url')])
const receipt = createReceipt(promised, keys)
const { traceId, ...rest } = promised
const data = { traceId, status: 'QUEUED', durability: 'always', promised: rest, receipt }

describe('a kept receipt', () => {
  it.each([
    ['the whole answer', { code: 202, message: 'Queued', data }],
    ['its data', data],
  ])('is read from %s, and is genuine', (_, answer) => {
    const kept = readKeptReceipt(JSON.stringify(answer))
    expect(kept).toEqual({ promised, receipt })
    expect(verifyReceipt(kept.receipt, kept.promised, keys)).toBe('genuine')
  })

  it.each(Object.keys(rest))('without %s is refused', (field) => {
    const answer = { ...data, promised: { ...rest, [field]: undefined } }
    expect(() => readKeptReceipt(JSON.stringify(answer))).toThrow(field)
  })

  it('is refused where the purchase was accepted without one, and where the text is no JSON', () => {
    expect(() => readKeptReceipt(JSON.stringify({ data: { ...data, promised: null, receipt: null } }))).toThrow()
    expect(() => readKeptReceipt('r1.abc')).toThrow(SyntaxError)
  })
})
