import { AsyncLocalStorage } from 'node:async_hooks'
import { asyncLocalStorage as temporalContext } from '@temporalio/activity'

const hosted = new AsyncLocalStorage<number>()

/** The number of the attempt this code runs in, from 1; 1 outside an activity. */
export const currentAttempt = (): number => hosted.getStore() ?? temporalContext.getStore()?.info.attempt ?? 1

/** Runs an activity as this attempt; for runtimes that are not Temporal. */
export const runAsAttempt = <T>(attempt: number, work: () => T): T => hosted.run(attempt, work)
