import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codeName, GateCode } from './codes.js'
import { scriptFiles } from './scripts.js'

interface Read {
  readonly header: string
  readonly body: string
  readonly lines: number
}

function read(file: string): Read {
  const lines = readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const isHeader = (line: string): boolean => line.startsWith('--')
  const end = lines.findIndex((line, index) => index > 0 && !isHeader(line))
  return { header: lines.slice(1, end).join('\n'), body: lines.slice(end).join('\n'), lines: lines.length }
}

const files = Object.values(scriptFiles)

describe('gate scripts and the code table', () => {
  it.each(files)('%s.lua lists in its header exactly the codes it answers, by the names of the table', (file) => {
    const { header, body } = read(file)
    const answered = new Set([...body.matchAll(/return \{ (-\d+)/g)].map((match) => Number(match[1])))
    const listed = new Map([...header.matchAll(/\{(-\d+)[^}]*\} ([A-Z_]+)/g)].map((m) => [Number(m[1]), m[2]]))
    expect([...listed.keys()].sort()).toEqual([...answered].sort())
    for (const [code, name] of listed) expect(codeName(code)).toBe(name)
  })

  it('every code of the table is answered by some script', () => {
    const answered = new Set(
      files.flatMap((file) => [...read(file).body.matchAll(/return \{ (-\d+)/g)].map((m) => m[1])),
    )
    expect([...answered].map(Number).sort()).toEqual(Object.values<number>(GateCode).sort())
  })

  it.each(files)('%s.lua has the fixed header, is at most 60 lines and names no key of its own', (file) => {
    const { header, body, lines } = read(file)
    expect(header).toMatch(/^-- Purpose: [\s\S]+\n-- KEYS: [\s\S]+\n-- ARGV: [\s\S]+\n-- Returns: /)
    expect(lines).toBeLessThanOrEqual(60)
    expect(body).not.toMatch(/seckill|SCAN|\bKEYS\b(?!\[)/)
  })
})
