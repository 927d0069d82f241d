import type { RetryPolicy } from '../definition/definition.js'

/** The longest pause in a burst, and the longest sum of them, in milliseconds: those of the default policy's first five attempts. */
const longestPauseMs = 1_000
const longestSumMs = 1_500

/** Attempts that the worker makes within one local activity, and the pause after the last of them. */
export interface Burst {
  readonly retry: RetryPolicy
  /** Milliseconds until the next burst. */
  readonly pauseMs: number
}

/** The burst that follows `made` attempts: its pauses are so short that a call-off can wait for its end. */
export function burstAfter(policy: RetryPolicy, made: number): Burst {
  const { initialMs, factor, maximumMs } = policy
  const pauseAfter = (nth: number) => Math.max(1, Math.min(initialMs * factor ** (nth - 1), maximumMs))
  const left = policy.attempts > 0 ? policy.attempts - made : Number.POSITIVE_INFINITY
  let attempts = 1
  for (let sum = 0; attempts < left; attempts++) {
    const pauseMs = pauseAfter(made + attempts)
    sum += pauseMs
    if (pauseMs > longestPauseMs || sum > longestSumMs) break
  }
  return { retry: { ...policy, initialMs: pauseAfter(made + 1), attempts }, pauseMs: pauseAfter(made + attempts) }
}
