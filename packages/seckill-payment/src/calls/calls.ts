import type { z } from 'zod'
import { ProviderUnavailableError } from '../errors.js'
import type { CircuitState } from '../port.js'
import { readJson } from '../read-json.js'
import { createCircuit } from './circuit.js'

/** One HTTP request to a provider. */
export interface Call {
  readonly method: 'GET' | 'POST'
  /** Behind the provider's address, with its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The answer to a call: it was carried out, or refused. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The provider, the method and the address, for messages. */
  readonly of: string
}

/** The calls to one provider. */
export interface Calls {
  /**
   * @throws ProviderUnavailableError that names the request and what happened; the reason of `signal` where that breaks the call off
   */
  send(call: Call, signal?: AbortSignal): Promise<Answer>
  circuit(): CircuitState
}

/** What calls are made with. */
export interface CallsOptions {
  /** The name of the provider. */
  readonly provider: string
  readonly url: string
  /** Headers of every call. */
  readonly headers: Readonly<Record<string, string>>
  /** The time that each call has to be answered, in milliseconds. */
  readonly timeoutMs: number
  /** Further statuses below 500 that leave open whether the request was carried out, or that another try can change. */
  readonly unanswered?: readonly number[]
}

/** A key that is not accepted is an operator's to put right, and refuses no payment for good. */
const alwaysUnanswered: readonly number[] = [401, 403, 408, 425, 429]

/** Creates the calls to a provider: each has a timeout of its own, and all are behind one circuit breaker. */
export function createCalls(options: CallsOptions): Calls {
  const circuit = createCircuit(options.provider)
  return {
    circuit: circuit.state,
    send: (call, signal) => circuit.run(() => sendOnce(options, call, signal)),
  }
}

async function sendOnce(options: CallsOptions, call: Call, signal: AbortSignal | undefined): Promise<Answer> {
  signal?.throwIfAborted()
  const { provider, url, timeoutMs } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  const of = `${provider}: ${call.method} ${url}${call.path}`
  const answer = await request(
    options,
    call,
    signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
  ).catch((cause: unknown) => {
    signal?.throwIfAborted()
    const problem = timeout.aborted ? `had no answer within ${timeoutMs} ms` : `failed: ${problemOf(cause)}`
    throw new ProviderUnavailableError(`${of} ${problem}.`, { cause })
  })
  if (isUnanswered(options, answer.status)) throw unusable({ ...answer, of }, `status ${answer.status}`)
  return { ...answer, of }
}

async function request({ url, headers }: CallsOptions, call: Call, signal: AbortSignal): Promise<Omit<Answer, 'of'>> {
  const response = await fetch(`${url}${call.path}`, {
    method: call.method,
    headers: { ...headers, ...call.headers },
    // A key must not follow to another address.
    redirect: 'manual',
    signal,
    ...(call.body === undefined ? {} : { body: call.body }),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

function isUnanswered({ unanswered = [] }: CallsOptions, status: number): boolean {
  return status >= 500 || status < 200 || isRedirect(status) || [...alwaysUnanswered, ...unanswered].includes(status)
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

/** `fetch` has the problem in the cause of its error. */
function problemOf(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  if (cause instanceof Error) return cause.message
  return error instanceof Error ? error.message : String(error)
}

/** The error for an answer that leaves open what was done; it quotes the beginning of its body. */
function unusable({ of, body }: Answer, problem: string): ProviderUnavailableError {
  return new ProviderUnavailableError(`${of} was answered with ${problem}: ${body.slice(0, 200)}`)
}

/**
 * Reads the JSON body of an answer by a schema.
 *
 * @throws ProviderUnavailableError for a body that is something else
 */
export function readAnswer<S extends z.ZodType>(answer: Answer, schema: S): z.output<S> {
  const { data, invalid } = readJson(schema, answer.body)
  if (invalid === undefined) return data
  throw unusable(answer, `status ${answer.status}, without a valid ${invalid}`)
}
