import type { InputSchema } from './definition.js'

/**
 * A schema that takes every value as a T without a check, for messages of a trusted sender.
 *
 * @example
 * const approvedTrip = saga<Trip>('trip', { key: (trip) => trip.id })
 *   .wait('approval', { message: typed<{ readonly by: string }>() })
 *   .build()
 */
export function typed<T>(): InputSchema<T> {
  return { '~standard': { validate: (value) => ({ value: value as T }) } }
}
