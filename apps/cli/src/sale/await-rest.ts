import { setTimeout as delay } from 'node:timers/promises'
import type { Sources } from './sources.js'
import { isAtRest, readStanding, type Standing } from './standing.js'

export interface AwaitRestOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

const pollMs = 250
/** Readings in a row that must agree; together they take longer than the API holds its tallies back. */
const equalReadings = 3

/**
 * Waits until a sale is at rest and some readings in a row are the same, tallies included. A failed reading is repeated:
 * MySQL or Redis may be down for a while.
 *
 * @throws Error with the last standing, or the error of the last reading, when the time is over
 */
export async function awaitRest(
  sources: Pick<Sources, 'db' | 'gate'>,
  voucherId: number,
  { timeoutMs, signal }: AwaitRestOptions,
): Promise<Standing> {
  const until = performance.now() + timeoutMs
  let previous: string | undefined
  let equal = 0
  for (;;) {
    signal?.throwIfAborted()
    const reading = await read(sources, voucherId)
    const figures = 'standing' in reading && isAtRest(reading.standing) ? figuresOf(reading.standing) : undefined
    equal = figures !== undefined && figures === previous ? equal + 1 : 0
    if ('standing' in reading && equal + 1 >= equalReadings) return reading.standing
    if (performance.now() > until) throw unrest(voucherId, timeoutMs, reading)
    previous = figures
    await delay(pollMs)
  }
}

type Reading = { readonly standing: Standing } | { readonly error: unknown }

async function read(sources: Pick<Sources, 'db' | 'gate'>, voucherId: number): Promise<Reading> {
  try {
    return { standing: await readStanding(sources, voucherId) }
  } catch (error) {
    return { error }
  }
}

/** The figures of a standing without the time of its reading. */
function figuresOf({ gate, ...rest }: Standing): string {
  return JSON.stringify({ ...rest, gate: { ...gate, now: 0 } })
}

function unrest(voucherId: number, timeoutMs: number, reading: Reading): Error {
  const found = 'error' in reading ? `it cannot be read: ${reading.error}` : `it is ${JSON.stringify(reading.standing)}`
  const text = `The sale of voucher ${voucherId} is not at rest after ${timeoutMs / 1_000} s; ${found}. Check its servers and its worker.`
  return new Error(text, 'error' in reading ? { cause: reading.error } : {})
}
