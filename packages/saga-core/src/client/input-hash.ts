import { createHash } from 'node:crypto'

/** A hash of what JSON would carry of a value, whatever the order of its fields. */
export const inputHash = (input: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(input)) ?? '')
    .digest('base64url')

/** The value as JSON has it, fields sorted. */
function sorted(value: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(value) ?? 'null', (_, field: unknown) => {
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return field
    return Object.fromEntries(Object.entries(field).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
  return plain
}
