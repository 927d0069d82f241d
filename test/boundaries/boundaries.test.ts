import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')

const WORKFLOWS = 'packages/seckill-workflows/src/workflows'
const CORE = 'packages/saga-core/src'
const CONTRACT = 'packages/seckill-workflows/src/contract'

const { exports } = JSON.parse(readFileSync(join(root, 'packages/saga-core/package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, unknown>>
}
/** The sub-paths of saga-core that reach servers or Node: all of its exports but these. */
const SERVER_SIDE = Object.keys(exports)
  .filter((path) => !['.', './workflow', './package.json'].includes(path))
  .map((path) => path.slice('./'.length))

const TYPE_ONLY = [
  ...SERVER_SIDE.map((path) => [WORKFLOWS, `saga-core/${path}`] as const),
  ...SERVER_SIDE.map((path) => [`${CORE}/workflow`, `../${path}/index.js`] as const),
  [WORKFLOWS, 'node:fs'],
  [WORKFLOWS, 'kysely'],
  [WORKFLOWS, 'seckill-store/gate'],
  [WORKFLOWS, '../activities/index.js'],
  [WORKFLOWS, '@temporalio/client'],
  [WORKFLOWS, './../activities/index.js'],
  [`${CORE}/workflow`, 'node:crypto'],
  [CORE, '@temporalio/workflow'],
  [CORE, 'kysely'],
  [CONTRACT, 'zod'],
  [CONTRACT, '../workflows/purchase.js'],
  ['packages/seckill-store/src/domain', '../mysql/database.js'],
] as const

const FORBIDDEN = [
  ['apps/api/src', 'seckill-cli'],
  ['apps/cli/src', 'seckill-workers/main'],
  ['packages/seckill-store/src', 'seckill-api'],
  ['packages/saga-core/src/kysely', 'seckill-store/mysql'],
  ['packages/saga-core/src/client', 'seckill-process/run'],
  ['packages/seckill-certificate/src', 'seckill-store/mysql'],
  ['packages/seckill-certificate/src', 'seckill-process/run'],
  ['packages/seckill-messages/src', 'seckill-store/mysql'],
  ['packages/seckill-client/src', 'seckill-store/mysql'],
  ['packages/seckill-store/src', 'seckill-notifier/main'],
  ['apps/notifier/src', 'seckill-api'],
  ['packages/seckill-payment/src', 'seckill-store/mysql'],
  ['packages/seckill-payment/src', 'seckill-process/run'],
  ['packages/seckill-payment/test', 'seckill-provider/main'],
  ['packages/seckill-process/src', 'seckill-store/mysql'],
  ['packages/seckill-process/src', 'saga-core'],
  ['packages/seckill-traces/src', 'seckill-store/gate'],
  ['packages/seckill-traces/src', 'saga-core/plugin'],
  ['packages/seckill-process/src', 'seckill-workers/main'],
] as const

/** Folders whose code runs in a workflow or decides for one. */
const SANDBOXED = [
  WORKFLOWS,
  ...['engine', 'workflow', 'definition', 'wire', 'barrier'].map((path) => `${CORE}/${path}`),
]

const CIRCLE = 'apps/api/src/circle'

const ALLOWED = [
  [WORKFLOWS, '@temporalio/workflow'],
  [WORKFLOWS, 'saga-core/workflow'],
  [WORKFLOWS, './purchase.saga.js'],
  [`${CORE}/workflow`, '../engine/state/run-phase.js'],
  [WORKFLOWS, '../contract/index.js'],
  [CORE, './wire/columns.js'],
  [CORE, './engine/lane.js'],
  ['packages/saga-core/src/activity', 'node:crypto'],
  [CONTRACT, './names.js'],
  [CONTRACT, '../domain/transitions.js'],
  ['apps/cli/src', 'seckill-local-stack'],
  ['apps/api/src', 'seckill-process/run'],
] as const

const fileOf = (folder: string, name: string, kind: 'value' | 'type') =>
  join(folder, `${kind}-${name.replaceAll(/\W+/g, '-')}.ts`)

let tree: string
let complaints: ReadonlyMap<string, readonly string[]>

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'boundaries-'))
  cpSync(join(root, 'biome.json'), join(tree, 'biome.json'))
  cpSync(join(root, 'test/boundaries'), join(tree, 'test/boundaries'), { recursive: true })
  for (const [folder, name] of [...TYPE_ONLY, ...FORBIDDEN, ...ALLOWED]) {
    mkdirSync(join(tree, folder), { recursive: true })
    writeFileSync(join(tree, fileOf(folder, name, 'value')), `import { a } from '${name}'\nexport const b = a\n`)
    writeFileSync(join(tree, fileOf(folder, name, 'type')), `import type { A } from '${name}'\nexport type B = A\n`)
  }
  mkdirSync(join(tree, CIRCLE), { recursive: true })
  writeFileSync(join(tree, CIRCLE, 'one.ts'), "import type { Two } from './two.js'\nexport type One = Two | 1\n")
  writeFileSync(join(tree, CIRCLE, 'two.ts'), "import type { One } from './one.js'\nexport type Two = One[]\n")
  for (const folder of SANDBOXED) {
    mkdirSync(join(tree, folder), { recursive: true })
    writeFileSync(join(tree, folder, 'environment.ts'), 'export const region = () => process.env.REGION\n')
  }
  complaints = lint(tree)
})

afterAll(() => rmSync(tree, { recursive: true }))

/** The categories Biome reports, by file. */
function lint(folder: string): ReadonlyMap<string, readonly string[]> {
  const args = [biome, 'lint', 'packages', 'apps', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false']
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const report = JSON.parse(run.stdout) as {
    diagnostics: readonly { category: string; location: { path: string | { file: string } } }[]
  }
  const found = new Map<string, string[]>()
  for (const { category, location } of report.diagnostics) {
    const file = typeof location.path === 'string' ? location.path : location.path.file
    found.set(file, [...(found.get(file) ?? []), category])
  }
  return found
}

const complaintsOf = (folder: string, name: string, kind: 'value' | 'type') =>
  complaints.get(fileOf(folder, name, kind)) ?? []

describe('import boundaries', () => {
  it.each(TYPE_ONLY)('%s reaches %s by its types only', (folder, name) => {
    expect(complaintsOf(folder, name, 'value')).toEqual(['plugin'])
    expect(complaintsOf(folder, name, 'type')).toEqual([])
  })

  it.each(FORBIDDEN)('%s must not import %s', (folder, name) => {
    expect(complaintsOf(folder, name, 'value')).toEqual(['lint/style/noRestrictedImports'])
  })

  it.each(SANDBOXED)('%s must not read process.env', (folder) => {
    expect(complaints.get(join(folder, 'environment.ts'))).toEqual(['lint/style/noRestrictedGlobals'])
  })

  it.each(['one.ts', 'two.ts'])('end a circle of types at %s', (name) => {
    expect(complaints.get(join(CIRCLE, name))).toEqual(['lint/suspicious/noImportCycles'])
  })

  it.each(ALLOWED)('%s may use %s', (folder, name) => {
    expect(complaintsOf(folder, name, 'value')).toEqual([])
  })
})
