import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sourcesUnder } from './sources.js'
import { climbs } from './stair.js'

const sources = sourcesUnder(fileURLToPath(new URL('../../packages/saga-core/src', import.meta.url)))
const ENGINE_LINES = 200

/** The arrows that still lead up; each has to go, and none may come. */
const climbing: ReadonlySet<string> = new Set([
  'definition/check-calls.ts -> engine/runtime.ts',
  'definition/check-definition.ts -> engine/part.ts',
  'definition/check-value.ts -> engine/calls/shape.ts',
  'definition/definition.ts -> engine/runtime.ts',
  'definition/saga-builder.ts -> engine/runtime.ts',
  'engine/lane.ts -> engine/part.ts',
  'engine/lane.ts -> engine/run.ts',
  'engine/part.ts -> engine/lane.ts',
  'engine/run.ts -> engine/early-returns.ts',
  'engine/state/saga-state.ts -> engine/outside/operate.ts',
  'wire/early-return.ts -> engine/lane.ts',
  'wire/size-limits.ts -> definition/check-definition.ts',
])
/** Engine files that are still too long. */
const tooLong: ReadonlySet<string> = new Set(['engine/forward/run-stage.ts'])

const longEngineFiles = (files: typeof sources) =>
  files
    .filter(({ path, text }) => path.startsWith('engine/') && text.trimEnd().split('\n').length > ENGINE_LINES)
    .map(({ path }) => path)

const planted = (path: string, text: string) => [...sources.filter((source) => source.path !== path), { path, text }]

describe('the stair of saga-core', () => {
  it('has no arrow up and no circle', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(climbs(sources).filter((arrow) => !climbing.has(arrow))).toEqual([])
  })

  it.each([
    ['wire/planted.ts', "import { saga } from '../definition/saga.js'\n", 'wire/planted.ts -> definition/saga.ts'],
    ['engine/ticks.ts', "import type { Run } from './run.js'\n", 'engine/ticks.ts -> engine/run.ts'],
    ['barrier/planted.ts', "export * from '../engine/runtime.js'\n", 'barrier/planted.ts -> engine/runtime.ts'],
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
    expect(longEngineFiles(sources).filter((path) => !tooLong.has(path))).toEqual([])
    expect(longEngineFiles(planted('engine/planted.ts', 'export {}\n'.repeat(ENGINE_LINES + 1)))).toContain(
      'engine/planted.ts',
    )
  })
})
