import type { Answer } from './connections.js'

/** The retries of a request after a failure, under the same Idempotency-Key. */
export interface RetryPolicy {
  /** Sendings after the first one, per request. */
  readonly attempts: number
  readonly delayMs: number
}

/** Reports whether a request may be sent again under its key: it got no answer, or one that asks to come back. */
export function isWorthRetrying(answer: Answer): boolean {
  return 'error' in answer || answer.status === 503 || answer.status === 429 || answer.status === 502
}
