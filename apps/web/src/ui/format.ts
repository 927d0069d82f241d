import type { Language } from './language.js'

/** An amount in minor units as a person reads it. */
export function moneyText(amountMinor: number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

/** A time in epoch milliseconds, in the time zone of the browser. */
export function timeText(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

const secondMs = 1_000

/** The time left as a clock shows it: `05:09`, `1:05:09`, or with days before it; a part of a second counts as one. */
export function countdownText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / secondMs))
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24]
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':')
  if (days > 0) return `${days} d ${String(hours).padStart(2, '0')}:${clock}`
  return hours > 0 ? `${hours}:${clock}` : clock
}
