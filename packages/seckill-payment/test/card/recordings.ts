import { readFileSync } from 'node:fs'

/** A request that was recorded; its query and its form are decoded. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
}

/** The answer to it. */
interface RecordedAnswer {
  readonly afterMs?: number
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A request with its answer, and the page of the API reference that they are written from. */
export interface Recording {
  readonly page: string
  readonly request: RecordedRequest
  readonly answer: RecordedAnswer | 'silence'
}

/** Reads a recording; `{payment}` in it stands for the sale's id of the payment. */
export function readRecording(name: string, payment: string): Recording {
  return read<Recording>(`recordings/${name}`, payment)
}

/** Reads an event that the provider sends, as the text of its body. */
export function readEvent(name: string, payment: string): string {
  return JSON.stringify(read<{ readonly event: unknown }>(`recordings/event-${name}`, payment).event)
}

function read<T>(name: string, payment: string): T {
  const text = readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8').replaceAll('{payment}', payment)
  return whole(JSON.parse(text), payment) as T
}

/** A recording has of a published object, which it names as `$object`, only the fields that differ. */
function whole(value: unknown, payment: string): unknown {
  if (Array.isArray(value)) return value.map((one) => whole(one, payment))
  if (typeof value !== 'object' || value === null) return value
  const { $object: name, ...given } = value as { readonly $object?: string; readonly [field: string]: unknown }
  const fields = Object.entries(given).map(([field, inner]) => [field, whole(inner, payment)] as const)
  const published = name === undefined ? {} : read<{ readonly object: object }>(`objects/${name}`, payment).object
  return { ...published, ...Object.fromEntries(fields) }
}
