import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examplesOf } from './docs-examples.js'

const run = promisify(execFile)
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const tutorial = join(root, 'packages/saga-core/docs/tutorial.md')
const compiler = join(root, 'node_modules/typescript/bin/tsc')

/** The words of a shell command whose quotes are double ones. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

const markdown = await readFile(tutorial, 'utf8')
/** Each shell block that is followed by its output. */
const shown = [...markdown.matchAll(/^```sh\n([^`]*)```\n\n```text\n([^`]*)```$/gm)].map(
  ([, command = '', output = '']) => ({
    program: wordsOf(command.trim().replace(/^npx tsc && /, '')),
    output,
  }),
)

describe('the tutorial', () => {
  let folder: string
  let worker: ChildProcess | undefined

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'saga-core-tutorial-'))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'trips', type: 'module' }))
    for (const { name, text } of await examplesOf(tutorial)) await writeFile(join(folder, name), text)
  })
  afterAll(async () => {
    if (worker?.exitCode === null) {
      worker.kill()
      await once(worker, 'exit')
    }
    await rm(folder, { recursive: true })
  })

  it('compiles with the settings of its own `tsc --init`', async () => {
    const [, , ...init] = wordsOf(/^npx tsc --init .*$/m.exec(markdown)?.[0] ?? '')
    expect(init).toContain('--init')
    await run(process.execPath, [compiler, ...init], { cwd: folder })
    await run(process.execPath, [compiler], { cwd: folder })
  })

  it('installs what its programs import', async () => {
    const [, , ...packages] = wordsOf(/^npm install saga-core .*$/m.exec(markdown)?.[0] ?? '')
    const imported = [...markdown.matchAll(/from '((?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[\w-]+)?'$/gm)].map(
      ([, name]) => name,
    )
    expect(packages).toEqual(expect.arrayContaining([...new Set(imported)]))
  })

  it('shows what its programs print, in memory and on Temporal', async () => {
    expect(shown.map(({ program }) => program[1])).toEqual(['dist/try.js', 'dist/book.js', 'dist/settle.js'])
    worker = spawn(process.execPath, ['dist/worker.js'], { cwd: folder, stdio: 'ignore' })
    for (const { program, output } of shown) {
      const [node, ...args] = program
      expect(node).toBe('node')
      const { stdout } = await run(process.execPath, args, { cwd: folder })
      expect(stdout).toBe(output)
    }
  })
})
