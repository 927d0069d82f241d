import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, errorCodes } from './api-error.js'

const maxConnections = 10_000
const idleSweepMs = 100

/** Errors of Node's HTTP parser and its timeouts; every other one is INVALID_REQUEST. */
const errorOfParser: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** Listens with an app; requests that Node refuses by itself have the same form of error. @throws when the port cannot be bound */
export function listen(
  app: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> {
  return new Promise((resolve, reject) => {
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
    server.on('clientError', answerClientError)
    server.once('error', reject)
    server.listen({ host, port, backlog: 1_024 }, () => resolve(server))
  })
}

/** Closes keep-alive connections as they become idle; busy ones finish their request. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs)
    server.close((error) => {
      clearInterval(sweep)
      if (error === undefined) resolve()
      else reject(error)
    })
    server.closeIdleConnections()
  })
}

function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // An answer to an earlier request may be under way: bytes of another one would be taken for it.
  if (!socket.writable || socket.bytesWritten > 0 || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const code = errorOfParser[error.code ?? ''] ?? 'INVALID_REQUEST'
  const [status, message] = errorCodes[code]
  const body = JSON.stringify({ error: { code, message } })
  const head = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close']
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('\r\n')}\r\n\r\n${body}`)
}
