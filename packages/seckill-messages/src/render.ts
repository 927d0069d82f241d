import type { Language } from './languages.js'
import { type MessageKind, reasons, texts } from './texts.js'

/** The values of a message; null for what its purchase does not have. */
export interface MessageFacts {
  readonly kind: MessageKind
  readonly voucherTitle: string
  readonly units: number
  /** The stable name of why the purchase was refused. */
  readonly reason: string | null
  readonly priceMinor: number | null
  readonly currency: string | null
  /** Epoch milliseconds. */
  readonly payBefore: number | null
}

/** A message as its reader sees it. */
export interface Message {
  readonly title: string
  readonly text: string
}

/** Writes a message in a language. */
export type Render = (facts: MessageFacts, language: Language) => Message

/** What stands for a value that a purchase does not have. */
const none = '–'

/**
 * Creates a renderer that tells times in a time zone.
 *
 * @throws RangeError for a time zone that the platform does not know
 */
export function createRender(timeZone: string): Render {
  const clocks: Readonly<Record<Language, Intl.DateTimeFormat>> = {
    'zh-CN': clock('zh-CN', timeZone),
    en: clock('en', timeZone),
  }
  return (facts, language) => {
    const { kind, voucherTitle, units, reason, payBefore } = facts
    const values: Readonly<Record<string, string>> = {
      voucher: voucherTitle,
      quantity: new Intl.NumberFormat(language).format(units),
      price: priceOf(facts, language),
      payBefore: payBefore === null ? none : clocks[language].format(payBefore),
      reason: reason === null ? none : (reasons[reason]?.[language] ?? reason),
    }
    const { title, text } = texts[kind][language]
    return { title: fill(title, values), text: fill(text, values) }
  }
}

function clock(language: Language, timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  })
}

function priceOf({ priceMinor, currency }: MessageFacts, language: Language): string {
  if (priceMinor === null || currency === null) return none
  const format = new Intl.NumberFormat(language, { style: 'currency', currency })
  return format.format(priceMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0))
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
}
