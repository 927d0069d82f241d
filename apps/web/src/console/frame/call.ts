/** A call that failed, as a sentence for the operator. */
class CallFault extends Error {
  override readonly name = 'CallFault'
  /** The stable name of the API's error; empty without an answer. */
  readonly code: string

  constructor(sentence: string, code = '') {
    super(sentence)
    this.code = code
  }
}

/** A change, and the version of the campaign that it is made of. */
export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly body?: object
  readonly version?: number
  /** Repeated under it, the change is made once. */
  readonly operationId?: string
}

interface Envelope<T> {
  readonly message: string
  readonly data: T
  readonly error?: string
}

interface FaultData {
  readonly detail?: string
  readonly reason?: string
  readonly issues?: readonly { readonly field: string; readonly problem: string }[]
  readonly gate?: { readonly reason?: string }
  readonly order?: string
}

const limitMs = 30_000

/** Calls the admin API. @throws CallFault with a sentence that says what happened and what to do */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const response = await answerOf(path, options)
  const envelope = await response.json().then(
    (json: Envelope<T>) => json,
    () => undefined,
  )
  if (envelope === undefined) throw new CallFault(`The server answered ${response.status} without a text. Try again.`)
  if (response.ok) return envelope.data
  throw new CallFault(sentenceOf(envelope.message, envelope.data as FaultData | null), envelope.error)
}

async function answerOf(path: string, { method = 'GET', body, version, operationId }: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': 'en' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (version !== undefined) headers['If-Match'] = `"${version}"`
  if (operationId !== undefined) headers['Idempotency-Key'] = operationId
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
  try {
    return await fetch(`/admin/v1${path}`, { ...init, signal: AbortSignal.timeout(limitMs) })
  } catch {
    const advice = method === 'GET' ? 'Try again.' : 'It may have been done: look before you repeat it.'
    throw new CallFault(`The server does not answer. ${advice}`)
  }
}

function sentenceOf(message: string, data: FaultData | null): string {
  const issues = data?.issues?.map(({ field, problem }) => `${field.replace(/^(?:body|query)\./, '')} ${problem}`)
  const detail = data?.detail ?? data?.gate?.reason ?? data?.reason ?? issues?.join('; ')
  const order = data?.order === undefined ? '' : ` The order is ${data.order}.`
  return `${message}${detail === undefined ? '' : `: ${detail}`}.${order}`.replace(/\.+$/, '.')
}

/** The sentence of a failed call. */
export function sentenceOfFault(error: unknown): string {
  return error instanceof CallFault ? error.message : 'Something is wrong in this page. Load it again.'
}

/** A name for one change, random; pages of plain http have no randomUUID. */
export function newOperationId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
