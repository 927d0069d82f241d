import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'

/** Units left of a voucher, by milliseconds after the start. */
export type Remaining = readonly (readonly [sinceStartMs: number, units: number])[]

export interface RemainingWatch {
  /** Reads a last time and returns all that was read. */
  end(): Promise<Remaining>
}

const everyMs = 250
const timeoutMs = 1_000

/** Asks the API four times a second how many units of a voucher are left. A reading without an answer is left out. */
export function watchRemaining(apiUrl: string, voucherId: number): RemainingWatch {
  const startedAt = performance.now()
  const ending = new AbortController()
  const readings: (readonly [number, number])[] = []
  const read = async (): Promise<void> => {
    const units = await readRemaining(apiUrl, voucherId).catch(() => null)
    if (units !== null) readings.push([Math.round(performance.now() - startedAt), units])
  }
  const watching = (async () => {
    while (!ending.signal.aborted) {
      await read()
      await delay(everyMs, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  const ended = async (): Promise<Remaining> => {
    ending.abort()
    await watching
    await read()
    return readings
  }
  let result: Promise<Remaining> | undefined
  return {
    end() {
      result ??= ended()
      return result
    },
  }
}

async function readRemaining(apiUrl: string, voucherId: number): Promise<number | null> {
  const { body } = await request(`${apiUrl}/api/v1/vouchers/${voucherId}`, {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const { data } = (await body.json()) as { readonly data: { readonly remaining: number | null } }
  return data.remaining
}
