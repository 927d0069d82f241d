import { AsyncLocalStorage } from 'node:async_hooks'
import { asyncLocalStorage as temporalContext } from '@temporalio/activity'

const hosted = new AsyncLocalStorage<number>()

/** The number of the running attempt, from 1; 1 outside an activity. */
export function currentAttempt(): number {
  return hosted.getStore() ?? temporalContext.getStore()?.info.attempt ?? 1
}

/** Runs an activity under an attempt number; for runtimes other than Temporal's. */
export function runAsAttempt<T>(attempt: number, work: () => T): T {
  return hosted.run(attempt, work)
}
