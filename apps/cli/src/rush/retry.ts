import type { Answer } from './connections.js'

/** How often and how long after a failure a shopper asks again, with the same Idempotency-Key. */
export interface RetryPolicy {
  /** Sendings after the first one, per request. */
  readonly attempts: number
  readonly delayMs: number
}

/** No answer came, or one that asks to come back: the request may be sent again under its key. */
export function isWorthRetrying(answer: Answer): boolean {
  return 'error' in answer || answer.status === 503 || answer.status === 429 || answer.status === 502
}
