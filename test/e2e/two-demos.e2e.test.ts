import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { resetStack, stacksDirectory } from 'seckill-local-stack'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { e2eStack } from '../setup/e2e-stack-name.js'

const stack = { root: e2eStack.root, name: 'e2e-two-demos' }
const main = join(stack.root, 'apps/cli/dist/main.js')
const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, ...env } = process.env
const sale = ['--shoppers', '200', '--stock', '20', '--name', stack.name]

let first: ChildProcess
let said = ''

function seckill(...args: readonly string[]) {
  return promisify(execFile)(process.execPath, [main, ...args], { env })
}

beforeAll(async () => {
  first = spawn(process.execPath, [main, 'demo', ...sale], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  first.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await vi.waitFor(() => expect(said).toContain('The sale stays up'), { timeout: 120_000, interval: 100 })
})

afterAll(async () => {
  first.kill('SIGINT')
  if (first.exitCode === null) await once(first, 'exit')
  await resetStack(stack)
})

it('a second demo on a stack is refused with what to type, and rush and token still find the first', async () => {
  const second = seckill('demo', '--exit', ...sale)
  await expect(second).rejects.toThrow(/A sale runs on the stack 'e2e-two-demos' .*\.\/seckill demo --name /s)
  expect(first.exitCode).toBeNull()
  const { stdout } = await seckill('rush', '--shoppers', '10', '--name', stack.name, '--json')
  expect(JSON.parse(stdout).results.failed).toBe(0)
  await expect(seckill('token', '--user', '1', '--name', stack.name)).resolves.toBeDefined()
})

it('a rush writes a report, with the sale as it is counted afterwards, and compares the next one with it', async () => {
  const reports = ['first.html', 'second.html'].map((file) => join(stacksDirectory(stack.root), stack.name, file))
  const rush = ['rush', '--shoppers', '100', '--name', stack.name, '--report']
  await seckill(...rush, `${reports[0]}`)
  await seckill(...rush, `${reports[1]}`, '--baseline', `${reports[0]}`)
  const page = await readFile(`${reports[1]}`, 'utf8')
  expect(page).toMatch(/No request failed, nothing was oversold, and all \d+ invariants hold/)
  expect(page).toContain('Beside the baseline')
})
