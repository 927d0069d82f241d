import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'

const ACCEPTABLE_ID = /^[\w.-]{1,64}$/

/** The id a client gives its request, where it may be one; else a new one. */
export const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-request-id']
  return typeof given === 'string' && ACCEPTABLE_ID.test(given) ? given : randomUUID()
}

const requestId = (request: IncomingMessage, response: ServerResponse): string => {
  const id = requestIdOf(request)
  response.setHeader('X-Request-Id', id)
  return id
}

const pathOf = (url: string | undefined): string => url?.split('?', 1)[0] ?? ''

/** Gives each request an id and a logger; logs method, path, status and time, never headers, bodies or tokens. */
export const requestLog = (logger: Logger) =>
  pinoHttp({
    logger,
    genReqId: requestId,
    quietReqLogger: true,
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'debug'),
    // The error handler has told the cause.
    customErrorObject: (_request, _response, _error, told) => ({ ...told, err: undefined }),
    serializers: {
      req: (request: { method: string; url: string }) => ({ method: request.method, path: pathOf(request.url) }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
  })
