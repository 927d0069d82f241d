import { ApiError } from './api-error.js'

/** The answer of a store. @throws ApiError UNAVAILABLE when it gives none; an ApiError is passed on */
export function answered<T>(query: Promise<T>): Promise<T> {
  return query.catch((cause: unknown) => {
    if (cause instanceof ApiError) throw cause
    throw new ApiError('UNAVAILABLE', { cause, retryAfterMs: 1_000 })
  })
}
