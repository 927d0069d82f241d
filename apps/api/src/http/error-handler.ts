import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import { z } from 'zod'
import { ApiError } from './api-error.js'
import { sendError } from './envelope.js'
import { ErrorCodes } from './error-codes.js'
import { requestIdIn } from './request-log.js'

const bodyParserError = z.object({ type: z.string(), status: z.number().int().min(400).max(499) })

function fromBodyParser(error: unknown): ApiError | undefined {
  const parsed = bodyParserError.safeParse(error)
  if (!parsed.success) return undefined
  const { type, status } = parsed.data
  if (type === 'entity.parse.failed') return new ApiError('INVALID_JSON', { cause: error })
  if (status === 413) return new ApiError('BODY_TOO_LARGE', { cause: error })
  if (status === 415) return new ApiError('UNSUPPORTED_MEDIA_TYPE', { cause: error })
  return new ApiError('INVALID_REQUEST', { cause: error })
}

function isBadUri(error: unknown): boolean {
  return error instanceof URIError
}

/** Translates a thrown value into an error answer; an unforeseen one is INTERNAL and does not disclose its cause. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (isBadUri(error)) return new ApiError('INVALID_REQUEST', { cause: error })
  return fromBodyParser(error) ?? new ApiError('INTERNAL', { cause: error })
}

/** Logs an INTERNAL error with its stack, and any other 5xx in one line, since an outage fails every request. */
export function logFault(logger: Logger, requestId: string, { code, cause }: ApiError): void {
  if (code === 'INTERNAL') logger.error({ requestId, err: cause, error: code }, 'request failed')
  else if (ErrorCodes[code].status >= 500) {
    const reason = cause === undefined ? {} : { reason: reasonOf(cause) }
    logger.warn({ requestId, ...reason, error: code }, 'request not served')
  }
}

/** Answers each error of a route and logs it when it is a 5xx. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    const answer = toApiError(error)
    logFault(logger, requestIdIn(response), answer)
    sendError(response, answer)
  }
}

/** Answers 404 on a path without a route. */
export function notFoundHandler(): never {
  throw new ApiError('NOT_FOUND')
}

/** Answers 405 on a path whose routes take other methods. */
export function methodNotAllowed(allow: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('Allow', allow)
    throw new ApiError('METHOD_NOT_ALLOWED')
  }
}
