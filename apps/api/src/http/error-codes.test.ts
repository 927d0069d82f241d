import { describe, expect, it } from 'vitest'
import { ErrorCodes } from './error-codes.js'

describe('the error codes', () => {
  it('have a message in each language', () => {
    for (const entry of Object.values(ErrorCodes)) {
      expect(entry['zh-CN']).toMatch(/\p{Script=Han}/u)
      expect(entry.en).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  it('say when they come and what to do, in a cell of a table', () => {
    for (const { when, advice } of Object.values(ErrorCodes)) {
      for (const text of [when, advice]) expect(text).toMatch(/^[^|\n]*[^|\n.]$/)
    }
  })
})
