import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler, Response } from 'express'
import type { Logger } from 'pino'

const ACCEPTABLE_ID = /^[\w.-]{1,64}$/

/** One request as the log knows it; `startedAt` by `performance.now()`. */
export interface LoggedRequest {
  readonly requestId: string
  readonly startedAt: number
  /** As it was sent: a router may have cut it since. */
  readonly url: string | undefined
}

/** The id a client gives its request, where it may be one; else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && ACCEPTABLE_ID.test(given) ? given : randomUUID()
}

/** The id of the request that is answered; only behind `requestLog`. */
export function requestIdIn(response: Response): string {
  return response.locals.requestId
}

function pathOf(url: string | undefined): string {
  return url?.split('?', 1)[0] ?? ''
}

/** Logs method, path, status and time of an answer once it is sent or nobody waits for it; never headers, bodies or tokens. */
export function logWhenClosed(logger: Logger, response: ServerResponse, logged: LoggedRequest): void {
  response.once('close', () => {
    const { statusCode: status, writableFinished, req } = response
    const level = status >= 500 ? 'warn' : 'debug'
    if (!logger.isLevelEnabled(level)) return
    const milliseconds = Math.round(performance.now() - logged.startedAt)
    const facts = { requestId: logged.requestId, method: req.method, path: pathOf(logged.url), status, milliseconds }
    logger[level](facts, writableFinished ? 'answered' : 'the client did not wait for the answer')
  })
}

/** Gives each request an id, and logs its answer. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = requestIdOf(request)
    response.locals.requestId = requestId
    response.setHeader('X-Request-Id', requestId)
    logWhenClosed(logger, response, { requestId, startedAt: performance.now(), url: request.originalUrl })
    next()
  }
}
