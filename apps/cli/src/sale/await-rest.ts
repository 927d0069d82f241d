import { setTimeout as delay } from 'node:timers/promises'
import type { Sources } from './sources.js'
import { isAtRest, readStanding, type Standing } from './standing.js'

export interface AwaitRestOptions {
  readonly timeoutMs: number
  /** Called with each reading. */
  readonly onStanding?: (standing: Standing) => void
  /** A server may be away for a while: its errors are reported here and asked again. */
  readonly onError?: (error: unknown) => void
  readonly signal?: AbortSignal
}

const POLL_MS = 250
/** Readings in a row that must agree: longer than the API keeps its tallies to itself. */
const EQUAL_READINGS = 3

/**
 * Waits until a sale is at rest and some readings in a row are the same, tallies included.
 * @throws Error saying what is still on its way when the time is over, or the last error of a server that stayed away
 */
export async function awaitRest(
  sources: Pick<Sources, 'db' | 'gate'>,
  voucherId: number,
  options: AwaitRestOptions,
): Promise<Standing> {
  const until = performance.now() + options.timeoutMs
  let previous: string | undefined
  let equal = 0
  for (;;) {
    options.signal?.throwIfAborted()
    const standing = await readStanding(sources, voucherId).catch((error: unknown) => {
      if (performance.now() > until || options.onError === undefined) throw error
      options.onError(error)
      return undefined
    })
    if (standing !== undefined) options.onStanding?.(standing)
    const reading = standing !== undefined && isAtRest(standing) ? figuresOf(standing) : undefined
    equal = reading !== undefined && reading === previous ? equal + 1 : 0
    if (standing !== undefined && equal + 1 >= EQUAL_READINGS) return standing
    if (performance.now() > until) throw new Error(unrest(voucherId, options.timeoutMs, standing))
    previous = reading
    await delay(POLL_MS)
  }
}

/** Everything but the time of the reading. */
function figuresOf({ gate, ...rest }: Standing): string {
  return JSON.stringify({ ...rest, gate: { ...gate, now: 0 } })
}

function unrest(voucherId: number, timeoutMs: number, standing: Standing | undefined): string {
  const found = standing === undefined ? 'its servers did not answer' : JSON.stringify(standing)
  return `The sale of voucher ${voucherId} is not at rest after ${Math.round(timeoutMs / 1_000)} s: ${found}`
}
