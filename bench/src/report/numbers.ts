const grouped = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })

/** A number with four significant digits. */
export function figure(value: number | null): string {
  return value === null ? '–' : grouped.format(value)
}
