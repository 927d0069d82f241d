import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { globSync } from 'node:fs'
import { lstat, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConsumerProject, consumerProject } from './package-project.js'

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))

async function subPaths(): Promise<readonly string[]> {
  const { exports } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { exports: object }
  return Object.keys(exports).filter((path) => path !== './package.json')
}

describe.each(['module', 'commonjs'] as const)('a project of type %s that installed the tarball', (type) => {
  let project: ConsumerProject
  beforeAll(async () => {
    project = await consumerProject(type)
  })
  afterAll(() => project.remove())

  it('type-checks, bundles its workflow, runs sagas, and sees the compensations of one that failed after an effect', async () => {
    const address = process.env.TEMPORAL_ADDRESS ?? ''
    const own = await lstat(join(project.folder, 'node_modules/saga-core'))
    expect(own.isSymbolicLink()).toBe(false)

    expect(await project.compile()).toEqual([])
    const workflows = join(project.folder, 'dist/workflows.js')
    const output = await project.node('dist/run.js', address, `package-${type}-${randomUUID()}`, workflows)

    expect(JSON.parse(output)).toEqual([
      { outcome: 'completed', happened: ['debit', 'credit'], balances: { alice: 70, bob: 30 } },
      { outcome: 'refused', happened: [], balances: { alice: 100, bob: 0 } },
      {
        outcome: 'failed',
        happened: ['debit', 'credit', 'undo credit', 'undo debit'],
        balances: { alice: 100, unreachable: 0 },
      },
    ])
  }, 120_000)

  it('finds no fault in the declarations of the package', async () => {
    const faults = await project.compile('--noEmit', '--skipLibCheck', 'false')

    // Those of the peers are theirs.
    expect(faults.filter((fault) => fault.startsWith('src/') || fault.includes('node_modules/saga-core/'))).toEqual([])
  })

  it('can load every sub-path', async () => {
    const paths = (await subPaths()).map((path) => `saga-core${path.slice(1)}`)
    const load = type === 'module' ? 'import' : 'require'
    const program = `Promise.all(${JSON.stringify(paths)}.map(async (path) => Object.keys(await ${load}(path)).length > 0)).then((all) => console.log(JSON.stringify(all)))`

    const output = await project.node(`--input-type=${type}`, '--eval', program)

    expect(JSON.parse(output)).toEqual(paths.map(() => true))
  })
})

/** The files a document of the package links to, from the package's root. */
async function linksOf(document: string): Promise<readonly string[]> {
  const text = await readFile(join(packageRoot, document), 'utf8')
  const files = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link)
  return files.map((link) => join(dirname(document), link))
}

describe('the package', () => {
  it('exports its root and every folder of its sources that has an index', async () => {
    const folders = globSync('src/*/index.ts', { cwd: packageRoot }).map(
      (file) => `./${dirname(file).slice('src/'.length)}`,
    )

    expect((await subPaths()).toSorted()).toEqual(['.', ...folders].toSorted())
  })

  it('has every file that its documents link to', async () => {
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: packageRoot,
    })
    const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }]
    const packed = files.map(({ path }) => path)
    const documents = packed.filter((path) => path.endsWith('.md'))
    const links = await Promise.all(documents.map(async (document) => linksOf(document)))

    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/coming-from.md']))
    expect(links.flat().filter((link) => !packed.includes(link))).toEqual([])
  })

  it('is clean for publint and for arethetypeswrong', async () => {
    const checked = promisify(execFile)('npm', ['run', 'check:package'], { cwd: packageRoot })

    await expect(checked).resolves.toMatchObject({ stdout: expect.stringContaining('All good!') })
  })
})
