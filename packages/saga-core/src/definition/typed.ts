import type { InputSchema } from './definition.js'

/**
 * A schema that takes every value as a T: for messages whose sender is trusted.
 *
 * @example
 * .wait('approval', { message: typed<{ readonly by: string }>() })
 */
export const typed = <T>(): InputSchema<T> => ({ '~standard': { validate: (value) => ({ value: value as T }) } })
