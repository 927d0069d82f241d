import type { Request, RequestHandler, Response } from 'express'
import type { Behaviours, Subject } from '../behaviour/behaviours.js'
import { planFaults, type RequestFaults } from '../behaviour/request-faults.js'
import type { Journal } from '../journal/journal.js'
import { ApiError } from './api-error.js'
import type { Silence } from './silence.js'

/** What a route answers. */
export interface Answer {
  readonly status: 200 | 201
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What an endpoint works with. */
export interface EndpointParts {
  readonly behaviours: Behaviours
  readonly journal: Pick<Journal, 'durable'>
  readonly silence: Silence
  onFault(fault: 'slow' | 'silent' | 'error500' | 'error429'): void
}

/** One route of the merchant's API. */
export interface Endpoint {
  /** The name of the route, of which the draws of its faults depend. */
  readonly route: string
  /** The payment that a request is about, for its behaviour. */
  subject(request: Request): Subject
  /** Carries the request out. */
  answer(request: Request): Answer
}

/**
 * Makes a request handler: it carries the request out, waits until all that the answer tells is on disk, and answers. The faults that a
 * behaviour tells come before the request is carried out, or after it.
 */
export function endpoint(parts: EndpointParts, { route, subject, answer }: Endpoint): RequestHandler {
  return async (request, response) => {
    const faults = planFaults(parts.behaviours, route, subject(request))
    if (!faults.afterEffect && (await suffer(parts, faults, response))) return
    const [result] = await Promise.allSettled([carryOut(parts, () => answer(request))])
    if (faults.afterEffect && (await suffer(parts, faults, response))) return
    if (result.status === 'rejected') throw result.reason
    const { status, body, headers } = result.value
    response
      .status(status)
      .set(headers ?? {})
      .json(body)
  }
}

/** Does the work, and waits until all that it has read or changed is on disk: a refusal tells of records as well. */
export async function carryOut<T>({ journal }: Pick<EndpointParts, 'journal'>, work: () => T): Promise<T> {
  try {
    return work()
  } finally {
    await journal.durable()
  }
}

/** Returns true when the request gets no answer. @throws ApiError that a behaviour tells */
async function suffer(parts: EndpointParts, { slowMs, fault }: RequestFaults, response: Response): Promise<boolean> {
  if (slowMs > 0) {
    parts.onFault('slow')
    await parts.silence.slow(slowMs)
  }
  if (fault === undefined) return false
  parts.onFault(fault)
  if (fault === 'error500') throw new ApiError('INTERNAL')
  if (fault === 'error429') throw new ApiError('TOO_MANY_REQUESTS')
  await parts.silence.keep(response)
  return true
}
