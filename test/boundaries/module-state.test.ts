import { globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { moduleState } from './module-state.js'
import { sourcesUnder } from './sources.js'

const packages = fileURLToPath(new URL('../../packages', import.meta.url))
const folders = [
  ...globSync('*/src/workflows', { cwd: packages }),
  ...['engine', 'workflow', 'definition', 'wire', 'barrier'].map((folder) => `saga-core/src/${folder}`),
]

const inModule = (text: string) => moduleState([{ path: 'planted.ts', text }])

describe('modules that run in a workflow', () => {
  it.each(folders)('%s keeps no state', (folder) => {
    const sources = sourcesUnder(join(packages, folder))
    expect(sources).not.toEqual([])
    expect(moduleState(sources)).toEqual([])
  })

  it.each([
    'let planted = 0\n',
    'export let planted: string | undefined\n',
    'var planted = 0\n',
    'const planted = new Map<string, number>()\nexport function f() {\n  planted.set("a", 1)\n}\n',
    'const planted: Set<string> = new Set()\nexport const f = () => planted.add("a")\n',
    'const planted = new WeakMap()\nexport const f = (key: object) => planted.delete(key)\n',
    'export const planted: string[] = []\nexport function f() {\n  planted.push("a")\n}\n',
    'const planted: number[] = [1]\nexport function f() {\n  planted[0] = 2\n}\n',
    'const planted = { count: 0 }\nexport function f() {\n  planted.count += 1\n}\n',
    'const planted = { count: 0 }\nexport function f() {\n  planted.count++\n}\n',
    'const planted = { inner: { count: 0 } }\nexport function f() {\n  planted.inner.count ??= 1\n}\n',
    'const planted = {}\nexport function f(more: object) {\n  Object.assign(planted, more)\n}\n',
  ])('sees the state planted in %j', (text) => {
    expect(inModule(text)).toEqual(['planted.ts: planted'])
  })

  it.each([
    'const table: ReadonlyMap<string, number> = new Map([["a", 1]])\nexport const f = () => table.get("a")\n',
    'const codes = { a: 1 } as const\nexport const f = () => codes.a === 1\n',
    'export function f() {\n  let count = 0\n  const seen = new Set()\n  seen.add(count++)\n}\n',
  ])('leaves %j alone', (text) => {
    expect(inModule(text)).toEqual([])
  })
})
