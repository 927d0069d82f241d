import { createHash } from 'node:crypto'

/** A hash of a value's JSON; the order of fields does not change it. */
export function inputHash(input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(input)) ?? '')
    .digest('base64url')
}

/** The value as JSON carries it, with its fields sorted. */
function sorted(value: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(value) ?? 'null', (_, field: unknown) => {
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return field
    return Object.fromEntries(Object.entries(field).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
  return plain
}
