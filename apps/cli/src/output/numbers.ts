const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** A number for people: 12,345.6. */
export function figure(value: number | null): string {
  return value === null ? '–' : grouped.format(value)
}

/** "1 order", "2 orders". */
export function counted(count: number, noun: string): string {
  return `${figure(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A duration for people: 840 ms, 12.3 s. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return '–'
  return milliseconds < 1_000 ? `${figure(milliseconds)} ms` : `${figure(milliseconds / 1_000)} s`
}
