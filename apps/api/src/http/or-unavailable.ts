import { ApiError } from './api-error.js'

/** Passes on the result of `work`. @throws ApiError UNAVAILABLE for a failure that is no answer, else that of `work` */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new ApiError('UNAVAILABLE', { cause, retryAfterMs: 1_000 })
  }
}
