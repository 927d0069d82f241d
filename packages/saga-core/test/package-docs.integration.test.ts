import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SagaErrorCode } from 'saga-core'
import { afterAll, describe, expect, it } from 'vitest'
import { type Example, examplesOf, withImports } from './docs-examples.js'
import { compilerOptions } from './package-project.js'

const run = promisify(execFile)
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const readme = 'packages/saga-core/README.md'
const manual = [readme, ...globSync('packages/saga-core/docs/*.md', { cwd: root })]
const documents = [...manual, ...globSync(['*.md', 'docs/*.md', 'docs/adr/*.md'], { cwd: root })]

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

/** The examples of a document with those of the README that they import. */
async function exampleProject(file: string): Promise<readonly Example[]> {
  return withImports(await examplesOf(join(root, file)), await examplesOf(join(root, readme)))
}

/** Compiles examples as one project: its folder, and the faults that the compiler finds. */
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

  it('are in the README and in each page of the manual but those of errors and costs', () => {
    const prose = ['errors.md', 'costs.md'].map((page) => `packages/saga-core/docs/${page}`)

    expect(withExamples.toSorted()).toEqual(manual.filter((page) => !prose.includes(page)).toSorted())
  })

  it.each(withExamples)('of %s compile', async (file) => {
    const { faults } = await compile(await exampleProject(file))

    expect(faults).toBe('')
  })

  it.each([
    [readme, ['quickstart.ts']],
    ['packages/saga-core/docs/testing.md', ['trip.test.ts', 'trip.failures.test.ts']],
  ])(
    'of %s print the text that follows them, and its tests pass',
    async (file, programs) => {
      const examples = await exampleProject(file)
      const { folder } = await compile(examples)
      const runnable = examples.filter(({ name, prints }) => prints !== undefined || name.endsWith('.test.ts'))

      expect(runnable.map(({ name }) => name)).toEqual(programs)
      for (const { name, prints } of runnable) {
        const { stdout } = await run(process.execPath, [join('dist', name.replace(/ts$/, 'js'))], { cwd: folder })
        if (prints !== undefined) expect(stdout).toBe(prints)
      }
    },
    120_000,
  )
})

/** `.`, `./workflow`, … */
async function subPaths(): Promise<readonly string[]> {
  const { exports } = JSON.parse(await readFile(join(root, 'packages/saga-core/package.json'), 'utf8')) as {
    readonly exports: Record<string, unknown>
  }
  return Object.keys(exports).filter((path) => path !== './package.json')
}

/** The text of every page of the manual, with the README's. */
async function manualText(): Promise<string> {
  return (await Promise.all(manual.map((file) => readFile(join(root, file), 'utf8')))).join('\n')
}

describe('the manual', () => {
  it('explains in its page of errors every code of a SagaError', async () => {
    const errors = await readFile(join(root, 'packages/saga-core/docs/errors.md'), 'utf8')

    expect(Object.values(SagaErrorCode).filter((code) => !errors.includes(`\`${code}\``))).toEqual([])
  })

  it('has a heading for every sub-path of the package', async () => {
    const text = await manualText()
    const paths = await subPaths()
    const named = paths.map((path) => `(\`saga-core${path.slice(1)}\`)`)

    expect(named.filter((name) => !new RegExp(`^##? .*${name.replace(/[()]/g, '\\$&')}`, 'm').test(text))).toEqual([])
  })

  it('names every function, class and value that the package exports', async () => {
    const text = await manualText()
    const modules = await Promise.all((await subPaths()).map((path) => import(`saga-core${path.slice(1)}`)))
    const names = modules.flatMap((module) => Object.keys(module))

    expect(names.length).toBeGreaterThan(40)
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
  })

  it('has a README of at most 350 lines that links to every page', async () => {
    const text = await readFile(join(root, readme), 'utf8')
    const pages = manual.filter((file) => file !== readme).map((file) => file.replace('packages/saga-core/', ''))

    expect(text.split('\n').length).toBeLessThanOrEqual(350)
    expect(pages.filter((page) => !text.includes(`](${page})`))).toEqual([])
  })

  it('has no table that is wider than 120 columns', async () => {
    const wide = (await manualText()).split('\n').filter((line) => line.startsWith('|') && line.length > 120)

    expect(wide).toEqual([])
  })
})
