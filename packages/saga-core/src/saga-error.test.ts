import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CauseCode, SagaErrorCode } from './saga-error.js'

const folder = import.meta.dirname
const texts = globSync('**/*.ts', { cwd: folder, exclude: ['**/*.test.ts', '**/*.test-d.ts', 'saga-error.ts'] }).map(
  (file) => readFileSync(join(folder, file), 'utf8'),
)
const inCode = new Set(texts.flatMap((text) => text.match(/(?<=')SAGA_[A-Z_]+(?=')|CauseCode\.[A-Za-z]+/g) ?? []))
const listed: readonly string[] = [...Object.values(SagaErrorCode), ...Object.values(CauseCode)]

const page = readFileSync(join(folder, '../docs/errors.md'), 'utf8')
const entries = page.split('\n').filter((line) => line.startsWith('- `SAGA_'))
const explained = entries.flatMap((entry) => entry.split(': ')[0]?.match(/SAGA_[A-Z_]+/g) ?? [])

describe('the codes of errors and causes', () => {
  it('are each in one list, and in one entry of docs/errors.md', () => {
    expect(new Set(listed).size).toBe(listed.length)
    expect(explained.toSorted()).toEqual(listed.toSorted())
  })

  it('of causes are each used by the source', () => {
    const unused = Object.entries(CauseCode).filter(
      ([name, code]) => !inCode.has(code) && !inCode.has(`CauseCode.${name}`),
    )
    expect(unused).toEqual([])
  })
})
