import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portOf, readReadyFile } from 'seckill-process/ready-file'
import { vi } from 'vitest'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A notifier as a process of its own. */
export interface NotifierProcess {
  readonly child: ChildProcess
  /** Everything it has written so far. */
  readonly output: { text: string }
  /** The exit code and the signal. */
  readonly exited: Promise<readonly [number | null, NodeJS.Signals | null]>
}

/** A notifier that serves. */
export interface ServingNotifier extends NotifierProcess {
  /** Reads a page of its health server. */
  read(path: '/ready' | '/metrics' | '/health'): Promise<{ readonly status: number; readonly text: string }>
}

/** Waits of a test's notifier: short ones. */
const quick = {
  POLL_MS: '20',
  RETRY_FIRST_MS: '40',
  RETRY_LONGEST_MS: '400',
  SEND_TIMEOUT_MS: '1000',
  LEASE_MS: '2000',
}

/** Starts the built notifier; does not wait for it. */
export function spawnNotifier(env: Readonly<Record<string, string>>): NotifierProcess {
  const child = spawn(process.execPath, [entry], { env: { PATH: process.env.PATH, ...quick, ...env } })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output.text += chunk
    })
  }
  const exited = once(child, 'exit').then(([code, signal]) => [code, signal] as const)
  return { child, output, exited }
}

/** Starts the built notifier and waits until it serves. */
export async function startNotifier(env: Readonly<Record<string, string>>): Promise<ServingNotifier> {
  const readyFile = join(mkdtempSync(join(tmpdir(), 'notifier-')), 'ready.json')
  const spawned = spawnNotifier({ ...env, READY_FILE: readyFile })
  const ports = await vi.waitFor(
    () => {
      const ready = readReadyFile(readyFile)
      if (ready === undefined) throw new Error(`The notifier does not serve: ${spawned.output.text}`)
      return ready
    },
    { timeout: 30_000 },
  )
  const origin = `http://127.0.0.1:${portOf(ports, 'healthPort')}`
  return {
    ...spawned,
    async read(path) {
      const response = await fetch(origin + path)
      return { status: response.status, text: await response.text() }
    },
  }
}
