import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const children = new Set<ChildProcess>()

/** Runs the API as a process of its own. */
export function runApi(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [entry], { env: { PATH: process.env.PATH, ...env } })
  children.add(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.err += chunk
  })
  return { child, output, exited: once(child, 'exit').finally(() => children.delete(child)) }
}

/** The ports that a process writes to its ready file once it listens. */
export function portsIn(readyFile: string): Promise<{ readonly port: number; readonly adminPort: number }> {
  return vi.waitFor(async () => JSON.parse(await readFile(readyFile, 'utf8')), { timeout: 30_000 })
}

/** Kills the processes that still run. */
export function killApis(): void {
  for (const child of children) child.kill('SIGKILL')
}
