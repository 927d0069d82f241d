import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Garbage at an open-loop rate, from many addresses behind one proxy. */
export interface FloodOptions {
  readonly port: number
  readonly path: string
  readonly senders: number
  readonly connections: number
  /** Requests a second. */
  readonly rate: number
  readonly seconds: number
}

export interface FloodCounts {
  readonly sent: number
  readonly seconds: number
  /** Answers by status. */
  readonly answers: Readonly<Record<string, number>>
}

const entry = fileURLToPath(new URL('./flood-process.js', import.meta.url))

/** Floods from a process of its own, so that no buyer's latency is that of the sender. */
export async function startFlood(options: FloodOptions): Promise<{ readonly ended: Promise<FloodCounts> }> {
  const child = fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The flood ended with code ${code} before it had counted.`)
  })
  const counted = once(child, 'message').then(([counts]) => counts as FloodCounts)
  await once(child, 'spawn')
  child.send(options)
  const ended = Promise.race([counted, failed])
  failed.catch(() => undefined)
  return { ended }
}
