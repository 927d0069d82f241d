import type { RetryPolicy } from '../definition/definition.js'

/** The longest pause that the worker makes within a local activity, in milliseconds; longer ones are timers of the workflow. */
const longestInnerPauseMs = 1_000
/** The most that such pauses take together, since a call-off waits for them: those of the default policy, 100 to 800 ms. */
const longestSumMs = 1_500

/**
 * The longest pause, in milliseconds, that the worker makes within a local activity: a timer ends where its call is called off or held, a
 * pause of the worker does not. Only short pauses of a policy with many attempts, or without an end, become timers.
 */
export function longestInnerPause({ initialMs, factor, maximumMs, attempts }: RetryPolicy): number {
  let sum = 0
  for (let nth = 1; attempts === 0 || nth < attempts; nth++) {
    const pause = Math.max(1, Math.min(initialMs * factor ** (nth - 1), maximumMs))
    sum += pause
    if (pause > longestInnerPauseMs) return longestInnerPauseMs
    if (sum > longestSumMs) return Math.ceil(pause) - 1
  }
  return longestInnerPauseMs
}
