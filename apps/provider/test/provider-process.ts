import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portOf, readReadyFile } from 'seckill-process/ready-file'
import { vi } from 'vitest'
import { type Client, clientOf } from './provider-under-test.js'
import { temporaryFolder } from './temporary-folder.js'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A provider as a process of its own. */
export interface ProviderProcess extends Client {
  readonly child: ChildProcess
  readonly output: { out: string; err: string }
  /** The exit code and the signal. */
  readonly exited: Promise<readonly [number | null, NodeJS.Signals | null]>
}

/** Starts the built provider; does not wait for it. Its files have at most `FILE_LIMIT` blocks of 512 bytes, where that is given. */
export function spawnProvider({ FILE_LIMIT = 'unlimited', ...env }: Readonly<Record<string, string>>) {
  const command = 'ulimit -f "$1" && exec "$2" "$3"'
  const arguments_ = ['-c', command, 'sh', FILE_LIMIT, process.execPath, entry]
  const child = spawn('/bin/sh', arguments_, { env: { PATH: process.env.PATH, ...env } })
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.err += chunk
  })
  const exited = once(child, 'exit').then(([code, signal]) => [code, signal] as const)
  return { child, output, exited }
}

/** Starts the built provider and waits until it serves. */
export async function startProcess(env: Readonly<Record<string, string>>): Promise<ProviderProcess> {
  const readyFile = join(temporaryFolder(), 'ready.json')
  const spawned = spawnProvider({ ...env, READY_FILE: readyFile })
  const ports = await vi.waitFor(
    () => {
      const ready = readReadyFile(readyFile)
      if (ready === undefined) throw new Error(`The provider does not serve: ${spawned.output.err}`)
      return ready
    },
    { timeout: 30_000 },
  )
  return { ...spawned, ...clientOf(`http://127.0.0.1:${portOf(ports, 'port')}`) }
}
