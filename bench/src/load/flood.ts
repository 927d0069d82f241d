import { fileURLToPath } from 'node:url'
import { startApart } from './start-apart.js'

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
  const counted = Promise.withResolvers<FloodCounts>()
  const { ended } = await startApart<FloodCounts>(entry, options, counted.resolve)
  return { ended: Promise.race([counted.promise, ended]) }
}
