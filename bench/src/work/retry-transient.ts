import { setTimeout as delay } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'

const attempts = 10
const firstPauseMs = 20
/** Deadlock, lock wait, record changed since it was read. */
const transientErrors: ReadonlySet<unknown> = new Set([1213, 1205, 1020])

/** Does work again that lost against other transactions, as every consumer must; each pause is twice the last. */
export async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error
      await delay(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2))
    }
  }
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // An activity says so itself where another attempt may help: Redis did not answer.
  if (error instanceof ApplicationFailure) return error.nonRetryable !== true
  return transientErrors.has((error as { readonly errno?: unknown }).errno) || isTransient(error.cause)
}
