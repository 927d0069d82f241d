import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler, Response } from 'express'
import type { Logger } from 'pino'

const ACCEPTABLE_ID = /^[\w.-]{1,64}$/

/** The id a client gives its request, where it may be one; else a new one. */
export const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-request-id']
  return typeof given === 'string' && ACCEPTABLE_ID.test(given) ? given : randomUUID()
}

/** The id of the request that is answered; only behind `requestLog`. */
export const requestIdIn = (response: Response): string => response.locals.requestId

const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''

/** Gives each request an id, and logs method, path, status and time of its answer; never headers, bodies or tokens. */
export const requestLog =
  (logger: Logger): RequestHandler =>
  (request, response, next) => {
    const requestId = requestIdOf(request)
    const startedAt = performance.now()
    response.locals.requestId = requestId
    response.setHeader('X-Request-Id', requestId)
    response.once('close', () => {
      const { statusCode: status, writableFinished } = response
      const level = status >= 500 ? 'warn' : 'debug'
      if (!logger.isLevelEnabled(level)) return
      const milliseconds = Math.round(performance.now() - startedAt)
      const { method, originalUrl } = request
      const facts = { requestId, method, path: pathOf(originalUrl), status, milliseconds }
      logger[level](facts, writableFinished ? 'answered' : 'the client did not wait for the answer')
    })
    next()
  }
