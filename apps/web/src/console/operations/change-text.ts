/** The fields that a change gave another value. */
export function changeText(before: unknown, after: unknown): string {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)]
  return Object.keys(fresh)
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(fresh[name]))
    .map((name) => `${name}: ${name in old ? `${JSON.stringify(old[name])} → ` : ''}${JSON.stringify(fresh[name])}`)
    .join(', ')
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
