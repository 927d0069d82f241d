import { type BackoffBounds, backoffMs } from 'seckill-process/backoff'
import type { Callback } from '../state/records.js'

/** When a callback is tried again; times in milliseconds. */
export interface RetryPolicy extends BackoffBounds {
  /** Attempts until a callback is given up, the first one included. */
  readonly maxAttempts: number
}

/** The callback after an attempt that was taken. */
export function afterTaken(callback: Callback, now: number): Callback {
  const copies = callback.copies - 1
  const attempts = callback.attempts + 1
  return { ...callback, attempts, copies, state: copies === 0 ? 'delivered' : 'pending', dueAt: now, held: false }
}

/** The callback after an attempt that was not taken; `drawn` is a random number from 0 up to but not 1. */
export function afterFailed(callback: Callback, policy: RetryPolicy, now: number, drawn: number): Callback {
  const attempts = callback.attempts + 1
  const isSpent = attempts >= policy.maxAttempts
  return {
    ...callback,
    attempts,
    state: isSpent ? 'givenUp' : 'pending',
    dueAt: now + backoffMs(policy, attempts, drawn),
    held: false,
  }
}
