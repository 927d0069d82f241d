import { createServer, type RequestListener, type Server } from 'node:http'
import { answerClientError, lacksHost, rawAnswer, refuseHead } from './protocol-errors.js'

/** Limits of one request in milliseconds. */
export interface RequestLimits {
  readonly headersTimeout: number
  readonly requestTimeout: number
}

const limitsOfSale: RequestLimits = { headersTimeout: 5_000, requestTimeout: 10_000 }
const checksPerTimeout = 5

/** Creates the HTTP server of an app; requests that Node refuses by itself are answered in the envelope too. */
export function createHttpServer(app: RequestListener, limits: RequestLimits = limitsOfSale): Server {
  const server = createServer(
    {
      ...limits,
      // Node looks for requests over their limit at this interval only, by default every 30 s.
      connectionsCheckingInterval: limits.headersTimeout / checksPerTimeout,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 8_192,
      requireHostHeader: false,
    },
    (request, response) => {
      if (lacksHost(request)) return refuseHead(request, response, 'INVALID_REQUEST')
      // Node drops the bytes behind a request that offers an upgrade, so its connection serves no further one.
      if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false
      app(request, response)
    },
  )
  server.on('clientError', answerClientError)
  server.on('connect', (_request, socket) => void socket.end(rawAnswer('METHOD_NOT_ALLOWED')))
  server.on('checkExpectation', (request, response) => refuseHead(request, response, 'EXPECTATION_FAILED'))
  return server
}
