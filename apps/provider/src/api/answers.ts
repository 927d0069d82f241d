import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { z } from 'zod'
import { Refusal } from '../state/refusal.js'
import { paymentView } from '../state/views.js'
import { ApiError, errorCodes } from './api-error.js'

const bodyParserError = z.object({ type: z.string(), status: z.number().int().min(400).max(499) })

function fromBodyParser(error: unknown): ApiError | undefined {
  const parsed = bodyParserError.safeParse(error)
  if (!parsed.success) return undefined
  const { type, status } = parsed.data
  if (type === 'entity.parse.failed') return new ApiError('INVALID_JSON', {}, error)
  if (status === 413) return new ApiError('BODY_TOO_LARGE', {}, error)
  return new ApiError(status === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : 'INVALID_REQUEST', {}, error)
}

function fromRefusal({ code, details }: Refusal, paymentUrl: (id: string) => string): ApiError {
  const { payment, ...rest } = details
  return new ApiError(code, payment === undefined ? rest : { payment: paymentView(payment, paymentUrl(payment.id)) })
}

/** Translates a thrown value into an error answer; an unforeseen one is INTERNAL and does not disclose its cause. */
function toApiError(error: unknown, paymentUrl: (id: string) => string): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof Refusal) return fromRefusal(error, paymentUrl)
  if (error instanceof URIError) return new ApiError('INVALID_REQUEST', {}, error)
  return fromBodyParser(error) ?? new ApiError('INTERNAL', {}, error)
}

/** Answers each error of a route as `{error: {code, message}, …}`, and logs an unforeseen one. */
export function errorHandler(logger: Logger, paymentUrl: (id: string) => string): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const answer = toApiError(error, paymentUrl)
    const [status, message] = errorCodes[answer.code]
    if (answer.code === 'INTERNAL' && answer.cause !== undefined) {
      logger.error({ err: answer.cause, method: request.method, path: request.path }, 'request failed')
    }
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
    if (status === 429 || status === 503) response.setHeader('Retry-After', '1')
    response.status(status).json({ error: { code: answer.code, message }, ...answer.details })
  }
}

/** Answers 404 on a path without a route. */
export function notFound(): never {
  throw new ApiError('NOT_FOUND')
}

/** Answers 405 on a path whose routes take other methods. */
export function methodNotAllowed(allow: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('Allow', allow)
    throw new ApiError('METHOD_NOT_ALLOWED')
  }
}
