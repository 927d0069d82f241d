import type { z } from 'zod'
import { type Answer, type Calls, readAnswer } from '../calls/calls.js'
import { PaymentRefusedError } from '../errors.js'
import { type FormValue, formText } from './form.js'
import { errorObject } from './objects.js'

/** Parameters of a request. */
export type Parameters = Readonly<Record<string, FormValue>>

/** A POST; with a key it is carried out once. */
interface Post {
  readonly path: string
  readonly parameters: Parameters
  readonly idempotencyKey?: string
}

/** What a POST has made; `replayed` says that an earlier request made it, and that this is its answer from then. */
interface Made<T> {
  readonly object: T
  readonly replayed: boolean
}

/** The two kinds of request of the card provider's API; both throw PaymentRefusedError with its code, or its type where it has none. */
export interface CardApi {
  get<S extends z.ZodType>(path: string, parameters: Parameters, schema: S, signal?: AbortSignal): Promise<z.output<S>>
  post<S extends z.ZodType>(post: Post, schema: S, signal?: AbortSignal): Promise<Made<z.output<S>>>
}

/** Creates the requests to the card provider. */
export function createCardApi(calls: Calls): CardApi {
  return {
    async get(path, parameters, schema, signal) {
      const query = formText(parameters)
      const answer = await calls.send({ method: 'GET', path: query === '' ? path : `${path}?${query}` }, signal)
      return readAnswer(accepted(answer), schema)
    },
    async post({ path, parameters, idempotencyKey }, schema, signal) {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      }
      const answer = await calls.send({ method: 'POST', path, headers, body: formText(parameters) }, signal)
      const object = readAnswer(accepted(answer), schema)
      return { object, replayed: answer.headers.get('idempotent-replayed') === 'true' }
    },
  }
}

function accepted(answer: Answer): Answer {
  if (answer.status < 400) return answer
  const { code, type, message } = readAnswer(answer, errorObject).error
  throw new PaymentRefusedError(
    code ?? type,
    `${answer.of} was refused with ${code ?? type}: ${message ?? 'no message'}`,
  )
}
