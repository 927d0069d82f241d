import { setTimeout as pause } from 'node:timers/promises'

/** Between two attempts, in milliseconds. */
const PAUSE_MS = 200

/** A dependency did not answer in time; the message names it, how long it was waited for, and the last error. */
export class DependencyUnavailable extends Error {
  override readonly name = 'DependencyUnavailable'
}

/**
 * Tries until it works.
 *
 * @throws DependencyUnavailable when it has not worked after `timeoutMs`.
 */
export async function waitUntil<T>(
  what: string,
  timeoutMs: number,
  onRetry: (error: unknown) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() + PAUSE_MS >= deadline) {
        const reason = error instanceof Error ? error.message : String(error)
        const text = `${what} did not answer within ${timeoutMs} ms; is it running, and is its address right? ${reason}`
        throw new DependencyUnavailable(text, { cause: error })
      }
      if (tries === 1) onRetry(error)
      await pause(PAUSE_MS)
    }
  }
}
