/** An error answer of the API. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  /** The stable name of the error; empty where the answer is none of the API. */
  readonly code: string
  /** What the error is about; its form depends on the code. */
  readonly data: unknown
  /** Milliseconds after which the API wants to be asked again; undefined where it does not say. */
  readonly retryAfterMs: number | undefined

  constructor({ status, headers }: Response, body: unknown) {
    const { message = '', error = '', data = null } = isObject(body) ? (body as Partial<ErrorBody>) : {}
    super(message)
    this.status = status
    this.code = error
    this.data = data
    const seconds = Number(headers.get('retry-after') ?? Number.NaN)
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined
  }
}

interface ErrorBody {
  readonly message: string
  readonly error: string
  readonly data: unknown
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
