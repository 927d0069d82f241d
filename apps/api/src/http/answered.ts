import { ApiError } from './api-error.js'
import type { ErrorCode } from './error-codes.js'

/** The answer of a store. @throws ApiError UNAVAILABLE when it gives none; an ApiError is passed on */
export function answered<T>(query: Promise<T>): Promise<T> {
  return query.catch((cause: unknown) => {
    if (cause instanceof ApiError) throw cause
    throw new ApiError('UNAVAILABLE', { cause, retryAfterMs: 1_000 })
  })
}

/** What a store found. @throws ApiError NOT_FOUND when it found nothing */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new ApiError('NOT_FOUND')
  return value
}

/** Answers a store's refusals of one class with a code, and their message as `data.detail`; other errors are passed on. */
export function refusedAs(refusal: new (...args: never[]) => Error, code: ErrorCode) {
  return (error: unknown): never => {
    throw error instanceof refusal ? new ApiError(code, { data: { detail: error.message }, cause: error }) : error
  }
}

/** The last row of a page that is full, behind which the next page begins. */
export function endOfFullPage<T>(rows: readonly T[], limit: number): T | undefined {
  return rows.length === limit ? rows.at(-1) : undefined
}
