import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHttpServer } from './server.js'

let release: () => void = () => undefined

/** Reads the body, then answers; `/held` only once it is released. */
const server = createHttpServer(
  (request, response) => {
    void text(request).then(
      async () => {
        if (request.url === '/held') await new Promise<void>((resolve) => (release = resolve))
        response.end('the app')
      },
      () => undefined,
    )
  },
  { headersTimeout: 200, requestTimeout: 300 },
)
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Everything that the server sends until it ends the connection. */
function answerTo(sent: string): Promise<string> {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  socket.write(sent)
  return text(socket)
}

const host = 'Host: x\r\n'

it.each([
  ['a text that is no HTTP', 'hello\r\n\r\n', 400, 'INVALID_REQUEST'],
  ['a version that is unknown', `GET / HTTP/9.9\r\n${host}\r\n`, 400, 'INVALID_REQUEST'],
  ['a head without a host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'INVALID_REQUEST'],
  ['a length that is no number', `POST / HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`, 400, 'INVALID_REQUEST'],
  ['two lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`, 400, 'INVALID_REQUEST'],
  [
    'a length beside chunks',
    `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'INVALID_REQUEST',
  ],
  ['a chunk of no size', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nx\r\n`, 400, 'INVALID_REQUEST'],
  ['a header name with a space', `GET / HTTP/1.1\r\n${host}a b: c\r\n\r\n`, 400, 'INVALID_REQUEST'],
  ['headers of 9 KB', `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(9_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  [
    'chunk extensions of 20 KB',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\n`,
    413,
    'BODY_TOO_LARGE',
  ],
  [
    'an expectation that is unknown',
    `GET / HTTP/1.1\r\n${host}Expect: x\r\nConnection: close\r\n\r\n`,
    417,
    'EXPECTATION_FAILED',
  ],
  ['a head that does not end', `GET / HTTP/1.1\r\n${host}`, 408, 'REQUEST_TIMEOUT'],
  ['a body that does not end', `POST / HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\nx`, 408, 'REQUEST_TIMEOUT'],
])(
  '%s is answered in the envelope with a request id',
  async (_, sent, status, error) => {
    const [head = '', body = ''] = (await answerTo(sent)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head).toMatch(/^X-Request-Id: [\w-]{36}$/m)
    expect(head).toMatch(/^Content-Type: application\/json; charset=utf-8$/m)
    expect(JSON.parse(body)).toMatchObject({ code: status, error })
  },
  4_000,
)

it('an invalid request behind one in progress does not answer for it', async () => {
  const first = `POST /held HTTP/1.1\r\n${host}Content-Length: 1\r\n\r\nx`
  const all = answerTo(`${first}hello\r\n\r\n`)
  await new Promise((resolve) => setTimeout(resolve, 100))
  release()
  expect(await all).toMatch(/^HTTP\/1.1 200 OK[\s\S]*the app/)
})
