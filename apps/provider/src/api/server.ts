import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, errorCodes } from './api-error.js'

const maxConnections = 10_000

/** Errors of Node's HTTP parser and its timeouts; every other one is INVALID_REQUEST. */
const errorOfParser: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** Creates the HTTP server of an app; requests that Node refuses by itself have the same form of error. */
export function createHttpServer(app: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      // Longer than clients keep their connections, so that none sends into one that is just being closed.
      keepAliveTimeout: 65_000,
      maxHeaderSize: 8_192,
    },
    app,
  )
  server.maxConnections = maxConnections
  const asked = new WeakSet<Socket>()
  server.on('request', ({ socket }) => asked.add(socket))
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket, asked.has(socket as Socket)))
  return server
}

/** `asked` says that the connection has had a request. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket, asked: boolean): void {
  const code = errorOfParser[error.code ?? ''] ?? 'INVALID_REQUEST'
  // The answer to a later request of a connection would be taken for that of one which is still worked on.
  const isLater = asked && code !== 'REQUEST_TIMEOUT'
  if (!socket.writable || isLater || socket.bytesWritten > 0 || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, message] = errorCodes[code]
  const body = JSON.stringify({ error: { code, message } })
  const head = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close']
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('\r\n')}\r\n\r\n${body}`)
}
