import type { Language } from '../ui/language.js'

/** An answer of the API that is an error, with its stable name and the words for the user. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The body of every answer of the API. */
interface Envelope<T> {
  readonly message: string
  readonly data: T
  readonly error?: string
}

const limitMs = 10_000

/** Reads `data` of an answer. @throws Refused for an error answer; TypeError or DOMException when there is none */
export async function ask<T>(path: string, language: Language): Promise<T> {
  const response = await fetch(path, {
    headers: { 'Accept-Language': language, Accept: 'application/json' },
    signal: AbortSignal.timeout(limitMs),
  })
  const { message, data, error }: Envelope<T> = await response.json()
  if (response.ok) return data
  throw new Refused(response.status, error ?? '', message)
}
