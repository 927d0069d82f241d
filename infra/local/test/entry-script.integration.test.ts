import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'seckill entry-'))
const root = join(scratch, 'a clone')
const script = join(root, 'seckill')
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A repository with one build tool, which counts its runs, and one command line, which shows its arguments. */
beforeAll(() => {
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content, { mode: 0o755 })
  }
  const manifest = (name: string, more = {}): string => JSON.stringify({ name, version: '1.0.0', ...more })
  write('package.json', manifest('seckill', { private: true, dependencies: { turbo: 'file:tool' } }))
  write('tool/package.json', manifest('turbo', { bin: 'turbo.sh' }))
  write(
    'tool/turbo.sh',
    '#!/bin/sh\nif [ -e broken ]; then echo "TS1: it is broken"; exit 1; fi\necho x >> builds\nmkdir -p apps/cli/dist && cp apps/cli/src.js apps/cli/dist/main.js\n',
  )
  write('apps/cli/package.json', manifest('cli', { type: 'module' }))
  write('apps/cli/src.js', 'console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }))\n')
  for (const path of ['packages/one', 'infra/local']) write(`${path}/package.json`, manifest(path.replace('/', '-')))
  for (const path of ['tsconfig.base.json', 'turbo.json']) write(path, '{}')
  for (const path of ['seckill', 'infra/local/installed-matches-lock.mjs'])
    copyFileSync(join(repository, path), join(root, path))
  execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: root, stdio: 'ignore' })
})

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(
  args: readonly string[],
  options: { readonly cwd?: string; readonly path?: string; readonly via?: string } = {},
): Promise<Run> {
  const { cwd = '/', path = process.env.PATH, via = script } = options
  return new Promise((resolve) => {
    const child = execFile(via, args, { cwd, env: { ...process.env, PATH: path } }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
    child.stdin?.end()
  })
}

function builds(): number {
  return readFileSync(join(root, 'builds'), 'utf8').split('\n').length - 1
}

describe('the entry script', () => {
  it('called three times at once on a fresh clone installs and builds once', async () => {
    const runs = await Promise.all([run(['one']), run(['two words']), run(['three'])])
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(runs.map(({ stdout }) => JSON.parse(stdout).args)).toEqual([['one'], ['two words'], ['three']])
    expect(runs.filter(({ stderr }) => stderr.includes('installing dependencies'))).toHaveLength(1)
    expect(builds()).toBe(1)
  })

  it('is silent and builds nothing when nothing changed, through a link, from anywhere', async () => {
    const link = join(scratch, 'link to it')
    symlinkSync('a clone/seckill', link)
    const { stdout, stderr } = await run(['--json', ''], { via: link, cwd: tmpdir() })
    expect(JSON.parse(stdout)).toEqual({ args: ['--json', ''], cwd: tmpdir() })
    expect([stderr, builds()]).toEqual(['', 1])
  })

  it('builds again when a source changed, and shows a failed build with what to type', async () => {
    writeFileSync(join(root, 'packages/one/new.ts'), '')
    writeFileSync(join(root, 'broken'), '')
    const failed = await run(['x'])
    expect([failed.code, failed.stdout]).toEqual([1, ''])
    expect(failed.stderr).toMatch(/TS1: it is broken[\s\S]*npx turbo run build/)
    rmSync(join(root, 'broken'))
    expect((await run(['x'])).code).toBe(0)
    expect(builds()).toBe(2)
  })

  it('takes over from an installer that was killed, even if its pid was given away', async () => {
    mkdirSync(join(root, '.tools/lock'))
    writeFileSync(join(root, '.tools/lock/holder'), `${process.pid} 1\n`)
    rmSync(join(root, '.tools/built'))
    expect((await run(['x'])).code).toBe(0)
    expect(builds()).toBe(3)
  })

  it('says what to type where there is neither a Node nor an npm', async () => {
    const { code, stdout, stderr } = await run(['x'], { path: onlyPosixTools() })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/Node.js 22.12 or newer is needed[\s\S]*apt-get install nodejs npm/)
  })
})

/** A PATH on which a machine without Node has its basic programs. */
function onlyPosixTools(): string {
  const directory = join(scratch, 'bin')
  mkdirSync(directory)
  for (const tool of [
    'sh',
    'cat',
    'cut',
    'dirname',
    'find',
    'head',
    'mkdir',
    'readlink',
    'rm',
    'rmdir',
    'sed',
    'sleep',
    'cksum',
    'id',
  ]) {
    symlinkSync(
      execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(),
      join(directory, tool),
    )
  }
  return directory
}
