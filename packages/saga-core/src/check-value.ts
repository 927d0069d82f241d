import type { InputSchema } from './definition.js'
import { shaped } from './engine/shape.js'

/** What is wrong with a value by a schema; `undefined` when nothing is, or there is no schema. */
export function whatIsWrong(
  schema: InputSchema<never> | InputSchema<unknown> | undefined,
  value: unknown,
): string | undefined {
  if (!schema) return undefined
  const checked = shaped(() => schema['~standard'].validate(value))
  if (!checked.ok) return checked.message
  if (checked.value instanceof Promise) return 'the schema answers later; a saga needs one that answers at once'
  return checked.value.issues?.map(({ message }) => message).join('; ')
}
