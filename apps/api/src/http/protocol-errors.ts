import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { languages } from 'seckill-messages'
import { ApiError } from './api-error.js'
import { envelope, sendError } from './envelope.js'
import { type ErrorCode, ErrorCodes } from './error-codes.js'
import { dataHeaderPairs } from './harden.js'
import { requestIdOf } from './request-log.js'

/** Error codes of Node's HTTP parser and its timeouts; every other fault of the parser is INVALID_REQUEST. */
const errorOfParserCode: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'BODY_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** Node keeps the response in progress on the socket, and its own handler of this event reads it there too. */
type ServerSocket = Socket & { readonly _httpMessage?: ServerResponse<IncomingMessage> | null }

/** Answers a request that Node could not parse or that did not arrive in time, and closes its connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: ServerSocket): void {
  const inProgress = socket._httpMessage ?? undefined
  if (inProgress?.req.complete) {
    // The fault lies in a later request of the connection: an answer now would be taken for this one's.
    inProgress.once('close', () => socket.destroy())
    return
  }
  if (!socket.writable || inProgress?.headersSent || error.code === 'ECONNRESET') socket.destroy()
  else socket.end(rawAnswer(errorOfParserCode[error.code ?? ''] ?? 'INVALID_REQUEST'))
}

/** The answer to a request for which Node makes no response object; its connection is closed. */
export function rawAnswer(code: ErrorCode): string {
  const { status } = ErrorCodes[code]
  const body = envelope(new ApiError(code), languages[0])
  const headers = [
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    `X-Request-Id: ${randomUUID()}`,
  ]
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('\r\n')}\r\n\r\n${body}`
}

/** Answers a request whose head Node parses and then refuses by itself, without an envelope. */
export function refuseHead(request: IncomingMessage, response: ServerResponse, code: ErrorCode): void {
  const headers = ['X-Request-Id', requestIdOf(request), ...dataHeaderPairs, 'Connection', 'close']
  sendError(response, new ApiError(code), headers)
}

/** Reports whether an HTTP/1.1 request lacks its Host header. */
export function lacksHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion === '1.1'
}
