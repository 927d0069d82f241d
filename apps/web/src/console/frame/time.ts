const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** A time in epoch milliseconds as the operator's clock has it; a dash for none. */
export function timeText(epochMs: number | null | undefined): string {
  return epochMs == null ? '–' : format.format(epochMs)
}

/** A length of time in two units at most. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const seconds = ms / 1_000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}

/** A time for an `input` of the type datetime-local, in the operator's time zone. */
export function localInput(epochMs: number): string {
  const zoned = new Date(epochMs - new Date(epochMs).getTimezoneOffset() * 60_000)
  return zoned.toISOString().slice(0, 19)
}
