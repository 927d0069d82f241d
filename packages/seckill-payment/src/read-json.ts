import type { z } from 'zod'

/** A text as a schema reads it, or the names of the fields that do not fit. */
export type JsonReading<T> =
  | { readonly data: T; readonly invalid?: undefined }
  | { readonly data?: undefined; readonly invalid: string }

/** Reads a JSON text by a schema. */
export function readJson<S extends z.ZodType>(schema: S, text: string): JsonReading<z.output<S>> {
  const parsed = schema.safeParse(jsonOf(text))
  if (parsed.success) return { data: parsed.data }
  return { invalid: parsed.error.issues.map(({ path }) => path.join('.') || 'JSON object').join(', ') }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
