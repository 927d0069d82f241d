import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler, Response } from 'express'
import type { Logger } from 'pino'

const acceptableId = /^[\w.-]{1,64}$/

/** The logged facts of a request; `startedAt` is a `performance.now()` value. */
export interface LoggedRequest {
  readonly requestId: string
  readonly startedAt: number
  /** The URL as sent; Express's routers strip their mount path from `request.url`. */
  readonly url: string | undefined
  /** The traceId of the purchase that the request began. */
  readonly traceId?: string | undefined
}

/** The client's X-Request-Id when it is well-formed, else a new id. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && acceptableId.test(given) ? given : randomUUID()
}

/** The id of the request; only set behind `requestLog`. */
export function requestIdIn(response: Response): string {
  return response.locals.requestId
}

function pathOf(url: string | undefined): string {
  return url?.split('?', 1)[0] ?? ''
}

/**
 * Logs method, path, status and time once the answer is sent or the client has disconnected; never headers, bodies or
 * tokens.
 */
export function logWhenClosed(logger: Logger, response: ServerResponse, logged: LoggedRequest): void {
  response.once('close', () => {
    const { statusCode: status, writableFinished, req } = response
    const level = status >= 500 ? 'warn' : 'debug'
    if (!logger.isLevelEnabled(level)) return
    const milliseconds = Math.round(performance.now() - logged.startedAt)
    const { requestId, traceId } = logged
    const facts = {
      requestId,
      ...(traceId && { traceId }),
      method: req.method,
      path: pathOf(logged.url),
      status,
      milliseconds,
    }
    logger[level](facts, writableFinished ? 'answered' : 'the client did not wait for the answer')
  })
}

/** Assigns a request id and logs the answer. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = requestIdOf(request)
    response.locals.requestId = requestId
    response.setHeader('X-Request-Id', requestId)
    logWhenClosed(logger, response, { requestId, startedAt: performance.now(), url: request.originalUrl })
    next()
  }
}
