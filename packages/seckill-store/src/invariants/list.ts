/** The first few of a list of offenders, to stand after a count; empty for none. */
export function firstOf(items: readonly string[]): string {
  if (items.length === 0) return ''
  return `: ${items.slice(0, 3).join(', ')}${items.length > 3 ? ', …' : ''}`
}
