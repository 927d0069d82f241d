import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ErrorCodes } from './error-codes.js'

const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
const documented = new Map(
  [...page.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)]),
)

describe('the error codes', () => {
  it('are all documented in docs/errors.md with their status, and no documented one is missing', () => {
    const known = Object.entries(ErrorCodes).map(([code, { status }]) => [code, status])
    expect([...documented].sort()).toEqual(known.sort())
  })

  it('have a message in each language', () => {
    for (const entry of Object.values(ErrorCodes)) {
      expect(entry['zh-CN']).toMatch(/\p{Script=Han}/u)
      expect(entry.en).toMatch(/^[\x20-\x7e]+$/)
    }
  })
})
