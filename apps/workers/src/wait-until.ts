import { setTimeout as pause } from 'node:timers/promises'

/** The pause between two attempts, in milliseconds. */
const pauseMs = 200

/** A dependency did not answer in time; the message has its name, the time limit and the last error. */
export class DependencyUnavailable extends Error {
  override readonly name = 'DependencyUnavailable'
}

/**
 * Repeats an attempt until it resolves.
 *
 * @throws DependencyUnavailable when no attempt has resolved after `timeoutMs`.
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
      if (Date.now() + pauseMs >= deadline) {
        const reason = error instanceof Error ? error.message : String(error)
        const text = `${what} did not answer within ${timeoutMs} ms: check that it runs and that its address is right. The last error: ${reason}`
        throw new DependencyUnavailable(text, { cause: error })
      }
      if (tries === 1) onRetry(error)
      await pause(pauseMs)
    }
  }
}
