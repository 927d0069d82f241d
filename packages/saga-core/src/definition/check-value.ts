import { type Shaped, shaped } from '../engine/calls/shape.js'
import type { InputSchema } from './definition.js'

/** What a schema makes of a value, or what is wrong with it; the value itself where there is no schema. */
export function checkValue(
  schema: InputSchema<never> | InputSchema<unknown> | undefined,
  value: unknown,
): Shaped<unknown> {
  if (!schema) return { ok: true, value }
  const checked = shaped(() => schema['~standard'].validate(value))
  if (!checked.ok) return checked
  if (checked.value instanceof Promise) return wrong('the schema answers later; a saga needs one that answers at once')
  const { issues } = checked.value
  return issues ? wrong(issues.map(({ message }) => message).join('; ')) : { ok: true, value: checked.value.value }
}

const wrong = (message: string): Shaped<never> => ({ ok: false, message })
