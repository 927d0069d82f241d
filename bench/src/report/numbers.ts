const grouped = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })

/** A number for people, with four significant digits. */
export const figure = (value: number | null): string => (value === null ? '–' : grouped.format(value))
