import { setTimeout as wait } from 'node:timers/promises'
import type { Response } from 'express'

/** Requests that wait because a behaviour says so. */
export interface Silence {
  /** Keeps a request without an answer until its client leaves, the limit is over or the process stops, and then ends its connection. */
  keep(response: Response): Promise<void>
  /** Waits; less when the process stops. */
  slow(milliseconds: number): Promise<void>
  /** Ends every wait. */
  stop(): void
}

/** The longest silence, in milliseconds. */
const longestMs = 600_000
/** Silent requests at the same time; of more the connection is ended at once. */
const maxSilent = 5_000

/** Creates the waits of a process. */
export function createSilence(): Silence {
  const stopping = new AbortController()
  let silent = 0
  const pause = (milliseconds: number, signal: AbortSignal) =>
    wait(milliseconds, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  return {
    async keep(response) {
      const left = new AbortController()
      response.once('close', () => left.abort())
      if (silent < maxSilent && !response.destroyed) {
        silent += 1
        await pause(longestMs, AbortSignal.any([left.signal, stopping.signal]))
        silent -= 1
      }
      response.destroy()
    },
    slow: (milliseconds) => pause(milliseconds, stopping.signal),
    stop: () => stopping.abort(),
  }
}
