import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sourcesUnder } from './sources.js'
import { climbs } from './stair.js'

const sources = sourcesUnder(fileURLToPath(new URL('../../packages/saga-core/src', import.meta.url)))
const ENGINE_LINES = 200

const longEngineFiles = (files: typeof sources) =>
  files
    .filter(({ path, text }) => path.startsWith('engine/') && text.trimEnd().split('\n').length > ENGINE_LINES)
    .map(({ path }) => path)

const planted = (path: string, text: string) => [...sources.filter((source) => source.path !== path), { path, text }]

describe('the stair of saga-core', () => {
  it('has no arrow up and no circle', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(climbs(sources)).toEqual([])
  })

  it.each([
    ['wire/planted.ts', "import { saga } from '../definition/saga.js'\n", 'wire/planted.ts -> definition/saga.ts'],
    [
      'engine/run/planted.ts',
      "import { advance } from '../forward/advance.js'\n",
      'engine/run/planted.ts -> engine/forward/advance.ts',
    ],
    ['barrier/planted.ts', "export * from '../engine/run/runtime.js'\n", 'barrier/planted.ts -> engine/run/runtime.ts'],
    [
      'engine/back/planted.ts',
      "import {\n  type A,\n  advance,\n} from '../forward/advance.js'\n",
      'engine/back/planted.ts -> engine/forward/advance.ts',
    ],
    [
      'definition/planted.ts',
      "type Later = import('../client/index.js').SagaClient\n",
      'definition/planted.ts -> client/index.ts',
    ],
    ['loose.ts', '', 'loose.ts has no place on the stair'],
  ])('sees the arrow planted in %s', (path, text, complaint) => {
    expect(climbs(planted(path, text))).toContain(complaint)
  })

  it('has no engine file over 200 lines', () => {
    expect(longEngineFiles(sources)).toEqual([])
    expect(longEngineFiles(planted('engine/planted.ts', 'export {}\n'.repeat(ENGINE_LINES + 1)))).toContain(
      'engine/planted.ts',
    )
  })
})
