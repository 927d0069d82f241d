import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const core = 'packages/saga-core'
const workflows = 'packages/seckill-workflows/src/workflows'

/** The violations: in which file, the text that is written or added, the script of `check:static` that fails, and what it says. */
const plants = [
  {
    what: 'a circle of imports',
    file: `${core}/src/wire/planted-one.ts`,
    text: "import type { Two } from './planted-two.js'\n\nexport type One = Two | 1\n",
    script: 'lint',
    says: /wire\/planted-one\.ts:.* lint\/suspicious\/noImportCycles/,
  },
  {
    what: 'the other half of the circle',
    file: `${core}/src/wire/planted-two.ts`,
    text: "import type { One } from './planted-one.js'\n\nexport type Two = One[]\n",
    script: 'lint',
    says: /wire\/planted-two\.ts:.* lint\/suspicious\/noImportCycles/,
  },
  {
    what: 'an unformatted file',
    file: 'packages/seckill-process/src/planted.ts',
    text: 'export const planted   =  "planted";\n',
    script: 'lint',
    says: /seckill-process\/src\/planted\.ts format/,
  },
  {
    what: 'a server import in a workflow',
    file: `${workflows}/planted.ts`,
    text: "import { Kysely } from 'kysely'\n\nexport const planted = Kysely\n",
    script: 'lint',
    says: /workflows\/planted\.ts:.* plugin/,
  },
  {
    what: 'process.env in the engine',
    file: `${core}/src/engine/planted.ts`,
    text: 'export const planted = () => process.env.PLANTED\n',
    script: 'lint',
    says: /engine\/planted\.ts:.* lint\/style\/noRestrictedGlobals/,
  },
  {
    what: 'an unused export',
    file: `${core}/src/wire/answer.ts`,
    text: 'export const plantedUnused = 1\n',
    script: 'unused',
    says: /plantedUnused .*wire\/answer\.ts/,
  },
  {
    what: 'an export without a reference',
    file: `${core}/src/index.ts`,
    text: 'export const plantedUndocumented = 1\n',
    script: 'docs:check',
    says: /plantedUndocumented.* does not have any documentation/,
  },
  {
    what: 'an export that the surface files do not have',
    file: `${core}/dist/index.d.ts`,
    text: '\nexport declare const plantedExport = 1;\n',
    script: 'surface:check',
    says: /\+ export declare const plantedExport = 1;/,
  },
  {
    what: 'an example that does not compile',
    file: `${core}/src/wire/planted-example.ts`,
    text: '/**\n * @example\n * const planted: number = done\n */\nexport const planted = 1\n',
    script: 'examples:check',
    says: /src\/wire\/planted-example\.1\.ts\(2,7\): error TS2322/,
  },
] as const

let tree: string
/** The output of each script that has failed. */
const failures = new Map<string, string>()

/** A copy of the repository that has its installed packages, and saga-core's build. */
function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'planted-'))
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  const files = listed.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
  for (const file of [...files, `${core}/dist`]) cpSync(join(root, file), join(copy, file), { recursive: true })
  for (const folder of globSync(
    ['node_modules', '{docs,infra}/*/node_modules', '{packages,apps,examples}/*/node_modules'],
    { cwd: root },
  )) {
    symlinkSync(join(root, folder), join(copy, folder), 'dir')
  }
  return copy
}

beforeAll(() => {
  tree = copyRepository()
  for (const { file, text } of plants) appendFileSync(join(tree, file), text)
  for (const script of new Set(plants.map((plant) => plant.script))) {
    const { status, stdout, stderr } = spawnSync('npm', ['run', script], { cwd: tree, encoding: 'utf8' })
    if (status !== 0) failures.set(script, stdout + stderr)
  }
}, 300_000)

afterAll(() => rmSync(tree, { recursive: true }))

describe('what CI runs', () => {
  it.each(plants)('fails for $what', ({ script, says }) => {
    expect(failures.get(script)).toMatch(says)
  })

  it('has every script of the planted violations, in a chain that ends at the first failure', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const chain = scripts['check:static']?.split(' && ')
    const ci = readFileSync(join(root, '.ci/run'), 'utf8').split('\n')

    expect(chain).toEqual(expect.arrayContaining(plants.map(({ script }) => `npm run ${script}`)))
    expect(ci).toContain('set -euo pipefail')
    expect(ci).toContain('./seckill npm run check:static </dev/null')
  })
})
