import type { RetryPolicy } from '../definition/definition.js'

/** The longest sum of the pauses in a burst, in milliseconds: the first four pauses of the default policy. */
const burstMs = 1_500

/** Attempts that the worker makes within one local activity, and the pause after the last of them. */
export interface Burst {
  readonly retry: RetryPolicy
  /** Milliseconds until the next burst. */
  readonly pauseMs: number
}

/** The burst that follows `made` attempts: its pauses take {@link burstMs} at most, so that a call-off waits for one burst only. */
export function burstAfter(policy: RetryPolicy, made: number): Burst {
  const { initialMs, factor, maximumMs } = policy
  const pauseAfter = (nth: number) => Math.max(1, Math.min(initialMs * factor ** (nth - 1), maximumMs))
  const left = policy.attempts > 0 ? policy.attempts - made : Number.POSITIVE_INFINITY
  let attempts = 1
  for (let sum = pauseAfter(made + 1); attempts < left && sum <= burstMs; sum += pauseAfter(made + attempts)) attempts++
  return { retry: { ...policy, initialMs: pauseAfter(made + 1), attempts }, pauseMs: pauseAfter(made + attempts) }
}
