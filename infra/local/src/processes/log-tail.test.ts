import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lastLogLines, logExcerpt, logSize } from './log-tail.js'

const directory = mkdtempSync(join(tmpdir(), 'seckill log-'))
const file = join(directory, 'a.log')
afterAll(() => rmSync(directory, { recursive: true }))

describe('the last lines of a log', () => {
  it('are the newest that are not empty, oldest first', () => {
    writeFileSync(file, 'one\ntwo\n\nthree\n')
    expect(lastLogLines(file, 2)).toEqual(['two', 'three'])
  })

  it('start after the byte that is given', () => {
    writeFileSync(file, 'before\n')
    const from = logSize(file)
    writeFileSync(file, 'after\n', { flag: 'a' })
    expect(lastLogLines(file, 20, from)).toEqual(['after'])
  })

  it('of a long log are read from its end', () => {
    writeFileSync(file, `${'x'.repeat(200)}\n`.repeat(5_000))
    expect(lastLogLines(file, 3)).toEqual(Array.from({ length: 3 }, () => 'x'.repeat(200)))
  })

  it('of a missing log are none', () => {
    expect(logExcerpt(join(directory, 'none.log'))).toContain('it wrote nothing')
  })
})
