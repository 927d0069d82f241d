import type { Language } from '../ui/language.js'

/** An answer of the API that is an error, with its stable name and the words for the user. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string
  /** Milliseconds after which the API wants to be asked again; undefined where it does not say. */
  readonly retryAfterMs: number | undefined

  constructor(response: Response, code: string, message: string) {
    super(message)
    this.status = response.status
    this.code = code
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined
  }
}

/** The body of every answer of the API. */
interface Envelope<T> {
  readonly message: string
  readonly data: T
  readonly error?: string
}

/** The parts of a request that differ from a plain GET. */
export interface Asked {
  readonly method?: 'POST' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const limitMs = 10_000

/** Asks the page's own API for `data`. @throws Refused for an error answer; TypeError or DOMException when there is none */
export async function ask<T>(path: string, language: Language, { method, body, headers }: Asked = {}): Promise<T> {
  const response = await fetch(path, {
    method: method ?? 'GET',
    headers: {
      'Accept-Language': language,
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
    cache: 'no-store',
    signal: AbortSignal.timeout(limitMs),
  })
  const { message, data, error }: Envelope<T> = await response.json()
  if (response.ok) return data
  throw new Refused(response, error ?? '', message)
}
