import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SagaErrorCode } from 'saga-core'
import { afterAll, describe, expect, it } from 'vitest'
import { type Example, examplesOf } from './docs-examples.js'
import { compilerOptions } from './package-project.js'

const run = promisify(execFile)
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const readme = 'packages/saga-core/README.md'
const comingFrom = 'packages/saga-core/docs/coming-from.md'
const documents = [
  readme,
  ...globSync(['*.md', 'docs/*.md', 'docs/adr/*.md', 'packages/saga-core/docs/*.md'], { cwd: root }),
]

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

/** Compiles a document's examples as one project; where they are, and what the compiler finds. */
async function compile(examples: readonly Example[]) {
  const folder = await mkdtemp(join(tmpdir(), 'saga-core-docs-'))
  folders.push(folder)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'examples', type: 'module' }))
  const options = { ...compilerOptions.compilerOptions, rootDir: '.', outDir: 'dist', noUnusedLocals: true }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }))
  for (const { name, text } of examples) await writeFile(join(folder, name), text)
  const faults = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd: folder }).then(
    () => '',
    (error: { readonly stdout: string }) => error.stdout,
  )
  return { folder, faults }
}

describe('the examples of the documents', async () => {
  const withExamples: string[] = []
  for (const file of documents) if ((await examplesOf(join(root, file))).length > 0) withExamples.push(file)

  it('are in the README and in docs/coming-from.md at least', () => {
    expect(withExamples).toEqual(expect.arrayContaining([readme, comingFrom]))
  })

  it.each(withExamples)('of %s compile', async (file) => {
    const { faults } = await compile(await examplesOf(join(root, file)))

    expect(faults).toBe('')
  })

  it('that print something print what the README shows, and its tests pass', async () => {
    const examples = await examplesOf(join(root, readme))
    const { folder } = await compile(examples)
    const runnable = examples.filter(({ name, prints }) => prints !== undefined || name.endsWith('.test.ts'))

    expect(runnable.map(({ name }) => name)).toEqual(['quickstart.ts', 'trip.test.ts', 'trip.failures.test.ts'])
    for (const { name, prints } of runnable) {
      const { stdout } = await run(process.execPath, [join('dist', name.replace(/ts$/, 'js'))], { cwd: folder })
      if (prints !== undefined) expect(stdout).toBe(prints)
    }
  })
})

/** `.`, `./workflow`, … */
async function subPaths(): Promise<readonly string[]> {
  const { exports } = JSON.parse(await readFile(join(root, 'packages/saga-core/package.json'), 'utf8')) as {
    readonly exports: Record<string, unknown>
  }
  return Object.keys(exports).filter((path) => path !== './package.json')
}

describe('the README', () => {
  it('says of every code of a SagaError what to do', async () => {
    const text = await readFile(join(root, readme), 'utf8')
    const errors = text.slice(text.indexOf('\n## Errors'))

    expect(Object.values(SagaErrorCode).filter((code) => !errors.includes(`\`${code}\``))).toEqual([])
  })

  it('has a heading for every sub-path of the package', async () => {
    const text = await readFile(join(root, readme), 'utf8')
    const paths = await subPaths()
    const named = paths.map((path) => `(\`saga-core${path.slice(1)}\`)`)

    expect(named.filter((name) => !new RegExp(`^## .*${name.replace(/[()]/g, '\\$&')}`, 'm').test(text))).toEqual([])
  })

  it('names every function, class and value that the package exports', async () => {
    const text = await readFile(join(root, readme), 'utf8')
    const modules = await Promise.all((await subPaths()).map((path) => import(`saga-core${path.slice(1)}`)))
    const names = modules.flatMap((module) => Object.keys(module))

    expect(names.length).toBeGreaterThan(40)
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
  })
})
