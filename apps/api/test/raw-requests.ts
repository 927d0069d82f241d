import { bearer, purchasePath } from './listener-under-test.js'

/**
 * The bytes that a client sends, and the answers of listener and Express to them and to {@link lastRequest} behind them: each a status, with
 * its error.
 */
export type RawCase = readonly [name: string, sent: string, answers: string]

const { authorization } = await bearer(2)
const host = 'Host: x\r\n'
const token = `Authorization: ${authorization}\r\n`
const json = 'Content-Type: application/json\r\n'
const body = '{"quantity":2}'
const length = `Content-Length: ${body.length}\r\n`
const chunked = 'Transfer-Encoding: chunked\r\n'
const chunks = `e\r\n${body}\r\n0\r\n\r\n`

interface Parts {
  readonly line?: string
  /** The lines of the head behind its first one. */
  readonly head?: string
  readonly body?: string
}

/** One request; by default a purchase without a body. */
function request({ line = `POST ${purchasePath} HTTP/1.1`, head = host + token, body: sent = '' }: Parts = {}): string {
  return `${line}\r\n${head}\r\n${sent}`
}
function withHead(lines: string, sent = ''): string {
  return request({ head: host + token + json + lines, body: sent })
}
function withLine(line: string): string {
  return request({ line })
}

const purchase = withHead(length, body)
const elsewhere = request({ line: 'GET /elsewhere HTTP/1.1' })

/** Ends the connection, where the requests before have left it usable. */
export const lastRequest = `GET /last HTTP/1.1\r\n${host}Connection: close\r\n\r\n`

export const rawCases: readonly RawCase[] = [
  // Several requests on a connection.
  ['two purchases', purchase + purchase, '202, 202, 404 NOT_FOUND'],
  ['three purchases, without and with bodies', request() + purchase + request(), '202, 202, 202, 404 NOT_FOUND'],
  ['a purchase before another request', purchase + elsewhere, '202, 404 NOT_FOUND, 404 NOT_FOUND'],
  ['a purchase behind another request', elsewhere + purchase, '404 NOT_FOUND, 202, 404 NOT_FOUND'],
  [
    'a purchase behind one of broken JSON',
    withHead('Content-Length: 2\r\n', '{"') + purchase,
    '400 INVALID_JSON, 202, 404 NOT_FOUND',
  ],
  [
    'a purchase behind one of no JSON',
    withHead('Content-Length: 1\r\n', '7') + purchase,
    '400 INVALID_JSON, 202, 404 NOT_FOUND',
  ],
  [
    'a purchase behind one without a token',
    request({ head: host + length, body }) + purchase,
    '401 UNAUTHENTICATED, 202, 404 NOT_FOUND',
  ],
  [
    'a purchase behind one whose body is too long',
    withHead('Content-Length: 5000\r\n', ' '.repeat(5_000)) + purchase,
    '413 BODY_TOO_LARGE, 202, 404 NOT_FOUND',
  ],
  [
    'a purchase behind one of another media type',
    request({ head: host + token + length, body }) + purchase,
    '415 UNSUPPORTED_MEDIA_TYPE, 202, 404 NOT_FOUND',
  ],
  ['a purchase behind one in chunks', withHead(chunked, chunks) + purchase, '202, 202, 404 NOT_FOUND'],
  ['a purchase behind one that closes', withHead(`Connection: close\r\n${length}`, body) + purchase, '202'],
  ['a purchase behind an empty line', `${purchase}\r\n${purchase}`, '202, 202, 404 NOT_FOUND'],
  ['a purchase behind empty lines', `\r\n\r\n${purchase}`, '202, 404 NOT_FOUND'],
  [
    'a purchase of HTTP/1.0',
    request({ line: `POST ${purchasePath} HTTP/1.0`, head: token + json + length, body }),
    '202',
  ],
  [
    'a purchase behind one of HTTP/1.0 that keeps the connection',
    request({ line: `POST ${purchasePath} HTTP/1.0`, head: `${token}Connection: keep-alive\r\n` }) + purchase,
    '202, 202, 404 NOT_FOUND',
  ],
  // Lengths.
  ['a length of 0', withHead('Content-Length: 0\r\n'), '202, 404 NOT_FOUND'],
  ['a length with a sign', withHead('Content-Length: +14\r\n', body), '400 INVALID_REQUEST'],
  ['a negative length', withHead('Content-Length: -1\r\n', body), '400 INVALID_REQUEST'],
  ['a length with a space behind it', withHead('Content-Length: 14 \r\n', body), '202, 404 NOT_FOUND'],
  ['a length with a zero before it', withHead('Content-Length: 014\r\n', body), '202, 404 NOT_FOUND'],
  ['a length in hexadecimal', withHead('Content-Length: 0xe\r\n', body), '400 INVALID_REQUEST'],
  ['a length with an exponent', withHead('Content-Length: 14e0\r\n', body), '400 INVALID_REQUEST'],
  ['a list of lengths', withHead('Content-Length: 14, 14\r\n', body), '400 INVALID_REQUEST'],
  ['the same length twice', withHead(length + length, body), '400 INVALID_REQUEST'],
  ['two lengths', withHead(`${length}Content-Length: 2\r\n`, body), '400 INVALID_REQUEST'],
  ['an empty length', withHead('Content-Length:\r\n', body), '400 INVALID_REQUEST'],
  ['a length beyond 2^64', withHead('Content-Length: 99999999999999999999\r\n', body), '400 INVALID_REQUEST'],
  ['a length longer than the body', withHead('Content-Length: 200\r\n', body), '408 REQUEST_TIMEOUT'],
  ['a length shorter than the body', withHead('Content-Length: 2\r\n', `{}${purchase}`), '202, 202, 404 NOT_FOUND'],
  ['a body without a length', withHead('', body), '202'],
  // Chunks.
  ['chunks', withHead(chunked, chunks), '202, 404 NOT_FOUND'],
  ['chunks in capitals', withHead('TRANSFER-ENCODING: CHUNKED\r\n', `E\r\n${body}\r\n0\r\n\r\n`), '202, 404 NOT_FOUND'],
  [
    'a chunk for each letter',
    withHead(chunked, `${[...body].map((letter) => `1\r\n${letter}\r\n`).join('')}0\r\n\r\n`),
    '202, 404 NOT_FOUND',
  ],
  ['a chunk size with zeros before it', withHead(chunked, `000e\r\n${body}\r\n000\r\n\r\n`), '202, 404 NOT_FOUND'],
  ['a chunk with an extension', withHead(chunked, `e;a=b\r\n${body}\r\n0\r\n\r\n`), '202, 404 NOT_FOUND'],
  ['a trailer', withHead(chunked, `e\r\n${body}\r\n0\r\nX-Trailer: x\r\n\r\n`), '202, 404 NOT_FOUND'],
  [
    'a trailer that gives a length',
    withHead(chunked, `e\r\n${body}\r\n0\r\nContent-Length: 3\r\n\r\n`),
    '400 INVALID_REQUEST',
  ],
  ['a chunk size that is no number', withHead(chunked, `x\r\n${body}\r\n0\r\n\r\n`), '400 INVALID_REQUEST'],
  ['a negative chunk size', withHead(chunked, `-e\r\n${body}\r\n0\r\n\r\n`), '400 INVALID_REQUEST'],
  ['a chunk size beyond 2^64', withHead(chunked, `fffffffffffffffff\r\n${body}\r\n0\r\n\r\n`), '400 INVALID_REQUEST'],
  ['a chunk longer than its size', withHead(chunked, `2\r\n${body}\r\n0\r\n\r\n`), '400 INVALID_REQUEST'],
  ['a chunk without its last line end', withHead(chunked, `e\r\n${body}0\r\n\r\n`), '400 INVALID_REQUEST'],
  ['chunks that do not end', withHead(chunked, `e\r\n${body}\r\n`), '400 INVALID_REQUEST'],
  [
    'chunks of more than 4 KB',
    withHead(chunked, `1388\r\n${' '.repeat(5_000)}\r\n0\r\n\r\n`),
    '413 BODY_TOO_LARGE, 404 NOT_FOUND',
  ],
  ['chunks beside a length', withHead(chunked + length, chunks), '400 INVALID_REQUEST'],
  ['a length beside chunks', withHead(length + chunked, chunks), '400 INVALID_REQUEST'],
  ['chunks twice', withHead('Transfer-Encoding: chunked, chunked\r\n', chunks), '400 INVALID_REQUEST'],
  ['two headers of chunks', withHead(chunked + chunked, chunks), '400 INVALID_REQUEST'],
  ['an encoding behind chunks', withHead('Transfer-Encoding: chunked, identity\r\n', chunks), '400 INVALID_REQUEST'],
  ['an encoding before chunks', withHead('Transfer-Encoding: gzip, chunked\r\n', chunks), '202, 404 NOT_FOUND'],
  ['the encoding identity', withHead('Transfer-Encoding: identity\r\n', body), '400 INVALID_REQUEST'],
  ['an unknown transfer encoding', withHead('Transfer-Encoding: x\r\n', body), '400 INVALID_REQUEST'],
  ['chunks behind a tab', withHead('Transfer-Encoding:\tchunked\r\n', chunks), '202, 404 NOT_FOUND'],
  ['chunks behind a vertical tab', withHead('Transfer-Encoding: \vchunked\r\n', chunks), '400 INVALID_REQUEST'],
  [
    'chunks of HTTP/1.0',
    request({ line: `POST ${purchasePath} HTTP/1.0`, head: token + json + chunked, body: chunks }),
    '202',
  ],
  // Heads.
  ['a folded header', withHead(`X-Long: a\r\n b\r\n${length}`, body), '400 INVALID_REQUEST'],
  ['a header without a colon', withHead(`X-None\r\n${length}`, body), '400 INVALID_REQUEST'],
  ['a space before a colon', withHead('Content-Length : 14\r\n', body), '400 INVALID_REQUEST'],
  ['a NUL in a header', withHead(`X-Nul: a\0b\r\n${length}`, body), '400 INVALID_REQUEST'],
  ['a header of no name', withHead(`: x\r\n${length}`, body), '400 INVALID_REQUEST'],
  ['letters beyond ASCII in a header', withHead(`X-Name: 张\r\n${length}`, body), '202, 404 NOT_FOUND'],
  ['line ends without CR', request().replaceAll('\r\n', '\n'), '400 INVALID_REQUEST'],
  ['line ends without LF', request().replaceAll('\r\n', '\r'), '400 INVALID_REQUEST'],
  ['a head without a host', request({ head: token }), '400 INVALID_REQUEST'],
  ['two hosts', withHead('Host: y\r\n'), '202, 404 NOT_FOUND'],
  ['an empty host', request({ head: `Host:\r\n${token}` }), '202, 404 NOT_FOUND'],
  [
    'two tokens, the first one none',
    request({ head: `${host}Authorization: Bearer x.y.z\r\n${token}` }),
    '401 UNAUTHENTICATED, 404 NOT_FOUND',
  ],
  [
    'two tokens, the second one none',
    request({ head: `${host}${token}Authorization: Bearer x.y.z\r\n` }),
    '202, 404 NOT_FOUND',
  ],
  ['two media types', withHead(`Content-Type: text/plain\r\n${length}`, body), '202, 404 NOT_FOUND'],
  ['headers of 9 KB', withHead(`X: ${'x'.repeat(9_000)}\r\n`), '431 HEADERS_TOO_LARGE'],
  ['150 headers', withHead(Array.from({ length: 150 }, (_, at) => `X-${at}: x\r\n`).join('')), '202, 404 NOT_FOUND'],
  ['an expectation that is unknown', withHead(`Expect: x\r\n${length}`, body), '417 EXPECTATION_FAILED'],
  ['a connection that names a header', withHead(`Connection: Authorization\r\n${length}`, body), '202, 404 NOT_FOUND'],
  ['an upgrade to a web socket', withHead('Connection: Upgrade\r\nUpgrade: websocket\r\n'), '202'],
  [
    'an upgrade to HTTP/2',
    withHead('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'),
    '202',
  ],
  // First lines.
  ['CONNECT', withLine('CONNECT sale.example:443 HTTP/1.1'), '405 METHOD_NOT_ALLOWED'],
  ['CONNECT of the path', withLine(`CONNECT ${purchasePath} HTTP/1.1`), '405 METHOD_NOT_ALLOWED'],
  ['TRACE', withLine(`TRACE ${purchasePath} HTTP/1.1`), '404 NOT_FOUND, 404 NOT_FOUND'],
  ['OPTIONS of the server', withLine('OPTIONS * HTTP/1.1'), '404 NOT_FOUND, 404 NOT_FOUND'],
  ['a method in small letters', withLine(`post ${purchasePath} HTTP/1.1`), '400 INVALID_REQUEST'],
  ['an unknown method', withLine(`BUY ${purchasePath} HTTP/1.1`), '400 INVALID_REQUEST'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 INVALID_REQUEST'],
  ['HTTP/2.0', withLine(`POST ${purchasePath} HTTP/2.0`), '202'],
  ['HTTP/1.2', withLine(`POST ${purchasePath} HTTP/1.2`), '400 INVALID_REQUEST'],
  ['HTTP/0.9', `POST ${purchasePath}\r\n\r\n`, '401 UNAUTHENTICATED'],
  ['a version in small letters', withLine(`POST ${purchasePath} http/1.1`), '400 INVALID_REQUEST'],
  ['two spaces before the target', withLine(`POST  ${purchasePath} HTTP/1.1`), '202, 404 NOT_FOUND'],
  ['two spaces behind the target', withLine(`POST ${purchasePath}  HTTP/1.1`), '202, 404 NOT_FOUND'],
  ['tabs between the parts', withLine(`POST\t${purchasePath}\tHTTP/1.1`), '400 INVALID_REQUEST'],
  ['a space in the target', withLine(`POST ${purchasePath} x HTTP/1.1`), '400 INVALID_REQUEST'],
  ['a target beyond ASCII', withLine(`POST ${purchasePath}?张 HTTP/1.1`), '400 INVALID_REQUEST'],
  ['a NUL in the target', withLine(`POST ${purchasePath}\0 HTTP/1.1`), '400 INVALID_REQUEST'],
  ['no target', withLine('POST HTTP/1.1'), '400 INVALID_REQUEST'],
  ['a target of another host', withLine(`POST http://other.example${purchasePath} HTTP/1.1`), '202, 404 NOT_FOUND'],
  ['a target of 9 KB', withLine(`POST ${purchasePath}?${'x'.repeat(9_000)} HTTP/1.1`), '431 HEADERS_TOO_LARGE'],
]
