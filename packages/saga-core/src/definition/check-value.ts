import type { InputSchema } from './definition.js'
import { type Shaped, shaped } from './shaped.js'

/** The value as the schema returns it, or the message of its issues; without a schema the value itself. */
export function checkValue(
  schema: InputSchema<never> | InputSchema<unknown> | undefined,
  value: unknown,
): Shaped<unknown> {
  if (!schema) return { ok: true, value }
  const checked = shaped(() => schema['~standard'].validate(value))
  if (!checked.ok) return checked
  if (checked.value instanceof Promise)
    return wrong('the schema is asynchronous: give a saga one that answers synchronously')
  const { issues } = checked.value
  return issues ? wrong(issues.map(({ message }) => message).join('; ')) : { ok: true, value: checked.value.value }
}

function wrong(message: string): Shaped<never> {
  return { ok: false, message }
}
