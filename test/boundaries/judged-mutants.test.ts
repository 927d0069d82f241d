import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { readJudged, staleOf } from '../../packages/saga-core/mutation/judged.js'

const root = mkdtempSync(join(tmpdir(), 'seckill-judged-'))
mkdirSync(join(root, 'src'))
writeFileSync(join(root, 'src/lane.ts'), 'export function ends(lane) {\n  return lane?.end  ?? no\n}\n')
afterAll(() => rmSync(root, { recursive: true }))

const entry = (change: { readonly file?: string; readonly code?: string }) => ({
  file: 'src/lane.ts',
  code: 'return lane?.end ?? no',
  mutation: 'lane?.end → lane.end',
  why: 'The question mark is for the type.',
  ...change,
})

describe('the judged mutants of saga-core', () => {
  it('are all in the source', () => {
    const judged = readJudged()

    expect(judged.length).toBeGreaterThan(0)
    expect(staleOf(judged, fileURLToPath(new URL('../../packages/saga-core', import.meta.url)))).toEqual([])
  })

  it.each([
    [{}, []],
    [{ file: 'src/part.ts' }, ['src/part.ts does not exist']],
    [{ code: 'return lane?.end' }, ['src/lane.ts has no line: return lane?.end']],
  ])('are reported when the file or the line is gone: %j', (change, stale) => {
    expect(staleOf([entry(change)], root)).toEqual(stale)
  })
})
