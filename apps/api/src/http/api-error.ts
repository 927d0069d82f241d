import type { ErrorCode } from './error-codes.js'

/** What an error answer carries beside its code; `retryAfterMs` becomes `Retry-After` in whole seconds. */
export interface ErrorDetails {
  readonly data?: unknown
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** An answer that is not a success; thrown anywhere, answered by the error handler. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly data: unknown
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.data = details.data ?? null
    this.retryAfterMs = details.retryAfterMs
  }
}
