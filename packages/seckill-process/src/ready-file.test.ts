import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { portOf, readReadyFile, writeReadyFile } from './ready-file.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ready-file-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

it('a ready file holds the ports that were written, and no draft stays beside it', async () => {
  const file = join(folder, 'ready.json')
  expect(readReadyFile(file)).toBeUndefined()
  await writeReadyFile(file, { port: 8080, adminPort: 8081 })
  expect(readReadyFile(file)).toEqual({ port: 8080, adminPort: 8081 })
  expect(readdirSync(folder)).toEqual(['ready.json'])
})

it('a port that a ready file does not name is an error that lists the named ones', () => {
  expect(portOf({ port: 8080 }, 'port')).toBe(8080)
  expect(() => portOf({ port: 8080, adminPort: 8081 }, 'healthPort')).toThrow(/no healthPort.*port, adminPort/)
})
