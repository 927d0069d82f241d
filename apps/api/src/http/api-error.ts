import type { ErrorCode } from './error-codes.js'

/** Details of an error answer; `retryAfterMs` becomes `Retry-After` in whole seconds. */
export interface ErrorDetails {
  readonly data?: unknown
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** An error answer; a route throws it and the error handler sends it. */
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
