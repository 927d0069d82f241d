import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ProcessOptions, startProcess } from 'seckill-local-stack'
import { afterAll, describe, expect, it, vi } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'seckill process-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function program(script: string, options: Partial<ProcessOptions> = {}): ProcessOptions {
  return {
    name: 'program',
    command: process.execPath,
    args: ['-e', script],
    env: process.env,
    logFile: join(directory, `${expect.getState().currentTestName}.log`.replaceAll(/[^a-z.]+/g, '-')),
    ready: async () => true,
    timeoutMs: 20_000,
    ...options,
  }
}

describe('startProcess', () => {
  it('returns once the process is ready', async () => {
    const flag = join(directory, 'ready')
    const script = `setTimeout(() => require('fs').writeFileSync(${JSON.stringify(flag)}, ''), 200); setInterval(() => {}, 1000)`
    const started = await startProcess(program(script, { ready: async () => existsSync(flag) }))
    expect(existsSync(flag)).toBe(true)
    expect(await started.stop()).toEqual({ code: null, signal: 'SIGTERM' })
    expect(started.kill('SIGTERM')).toBe(false)
  })

  it('shows the last 20 lines of a process that ends first', async () => {
    const script = "for (let i = 1; i <= 30; i++) console.log('line ' + i); process.exit(3)"
    const failure = startProcess(program(script, { ready: async () => false }))
    await expect(failure).rejects.toThrow(
      /program ended while it started \(exit code 3\)[\s\S]*\| line 11\n[\s\S]*\| line 30\n/,
    )
    await expect(failure).rejects.not.toThrow(/\| line 10\n/)
  })

  it('ends a process that is not ready in time', async () => {
    const options = program('console.log(process.pid); setInterval(() => {}, 1000)', {
      ready: async () => false,
      timeoutMs: 1_000,
    })
    await expect(startProcess(options)).rejects.toThrow(/program was not ready within 1000 ms/)
    const pid = Number(readFileSync(options.logFile, 'utf8').trim())
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
  })

  it('kills a process that ignores SIGTERM once its grace has passed', async () => {
    const log = join(directory, 'stubborn.log')
    const script = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)"
    const ready = async (): Promise<boolean> => readFileSync(log, 'utf8').includes('deaf')
    const started = await startProcess(program(script, { logFile: log, ready, stopGraceMs: 200 }))
    expect(await started.stop()).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('names a command that cannot be started', async () => {
    await expect(startProcess(program('', { command: '/nowhere/node' }))).rejects.toThrow(
      /\/nowhere\/node cannot be started/,
    )
  })

  it('ends its process when it is itself killed with SIGKILL', async () => {
    const starter = fileURLToPath(new URL('programs/starter.mjs', import.meta.url))
    const parent = spawn(process.execPath, [starter, join(directory, 'orphan.log')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    expect(process.kill(pid, 0)).toBe(true)
    parent.kill('SIGKILL')
    await vi.waitFor(() => expect(stateOf(pid)).toMatch(/^(gone|Z)$/), { timeout: 60_000 })
  })
})

function stateOf(pid: number): string {
  const file = `/proc/${pid}/stat`
  return existsSync(file) ? (readFileSync(file, 'utf8').split(') ').at(-1)?.[0] ?? '') : 'gone'
}
