import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Asked, bearer, purchasePath, signed, startListener } from '../../test/listener-under-test.js'

type Listener = Awaited<ReturnType<typeof startListener>>

let listener: Listener
let own: Record<string, string>
beforeAll(async () => {
  listener = await startListener()
  own = { ...(await bearer(2)), 'content-type': 'application/json' }
})
afterAll(() => listener.close())
beforeEach(() => {
  for (const list of [listener.admitted, listener.counted, listener.logged]) list.length = 0
})

const traceId = `7-${'a'.repeat(26)}`
const jsonText = '{"quantity":2}'
function head(headers: Record<string, string>): string {
  return `POST ${purchasePath} HTTP/1.1\r\nHost: x\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
}
function lengthOf(body: string) {
  return { 'Content-Length': String(body.length) }
}

/** The text received on the connection, once it matches. */
async function received(socket: Socket, what: RegExp): Promise<string> {
  let all = ''
  socket.on('data', (chunk) => {
    all += chunk
  })
  await vi.waitFor(() => expect(all).toMatch(what))
  return all
}

describe('an accepted purchase', () => {
  it('is a 202 with Location, the data headers and the request id, counted and logged', async () => {
    const answer = await listener.ask({ headers: { ...own, 'x-request-id': 'mine' }, body: jsonText })
    expect(answer.status).toBe(202)
    const { traceId: _, ...promised } = signed.promised
    const data = { traceId, status: 'QUEUED', durability: 'always', promised, receipt: signed.receipt }
    expect(JSON.parse(answer.text)).toEqual({ code: 202, message: '排队中，请稍后查询结果', data })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(answer.text)),
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'mine',
      location: `/api/v1/purchases/${traceId}`,
    })
    expect(listener.admitted).toEqual([{ voucherId: 7, userId: 2, quantity: 2, idempotencyKey: undefined }])
    expect(listener.counted).toEqual(['7 accepted'])
    const line = { requestId: 'mine', method: 'POST', path: purchasePath, status: 202, msg: 'answered' }
    await vi.waitFor(() => expect(listener.logged.map((one) => JSON.parse(one))).toMatchObject([line]))
  })

  it('is answered in English by Accept-Language', async () => {
    const answer = await listener.ask({ headers: { ...own, 'accept-language': 'en-GB' }, body: jsonText })
    expect(JSON.parse(answer.text).message).toBe('Queued; ask for the result shortly')
  })

  it.each<[string, Asked, number]>([
    ['without a body', {}, 1],
    ['with an empty object', { body: '{}' }, 1],
    ['with a query', { path: `${purchasePath}?a=/b`, body: jsonText }, 2],
    ['with a slash at the end', { path: `${purchasePath}/`, body: jsonText }, 2],
    ['in capitals', { path: purchasePath.toUpperCase(), body: jsonText }, 2],
    ['with an escape', { path: purchasePath.replace('7', '%37'), body: jsonText }, 2],
    ['with a charset', { headers: { 'content-type': 'application/json; charset="UTF-8"' }, body: jsonText }, 2],
    ['with a byte order mark', { body: `\ufeff${jsonText}` }, 2],
    ['compressed', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(jsonText) }, 2],
    ['sent in chunks', { headers: { 'transfer-encoding': 'chunked' }, body: jsonText }, 2],
  ])('%s', async (_, { headers, ...asked }, quantity) => {
    expect((await listener.ask({ ...asked, headers: { ...own, ...headers } })).status).toBe(202)
    expect(listener.admitted).toMatchObject([{ voucherId: 7, quantity }])
  })

  it('whose body comes in pieces is one purchase', async () => {
    const socket = await listener.connect()
    socket.write(head({ ...own, ...lengthOf(jsonText) }))
    socket.write(jsonText.slice(0, 5))
    await new Promise((resolve) => setImmediate(resolve))
    expect(listener.admitted).toEqual([])
    socket.write(jsonText.slice(5))
    await received(socket, /202 Accepted/)
    expect(listener.admitted).toMatchObject([{ quantity: 2 }])
    socket.destroy()
  })

  it('with Expect: 100-continue gets 100 Continue first', async () => {
    const socket = await listener.connect()
    socket.write(head({ ...own, ...lengthOf(jsonText), Expect: '100-continue' }))
    await received(socket, /100 Continue/)
    socket.write(jsonText)
    await received(socket, /202 Accepted/)
    socket.destroy()
  })

  it('behind another one on the same connection is answered after it', async () => {
    const socket = await listener.connect()
    const first = head({ ...own, ...lengthOf(jsonText), 'X-Request-Id': 'first' }) + jsonText
    const second = head({ ...own, ...lengthOf('{}'), 'X-Request-Id': 'second' })
    socket.write(`${first}${second}{}`)
    const all = await received(socket, /second[\s\S]*QUEUED/)
    expect(all.match(/X-Request-Id: \w+/g)).toEqual(['X-Request-Id: first', 'X-Request-Id: second'])
    expect(listener.admitted.map(({ quantity }) => quantity)).toEqual([2, 1])
    socket.destroy()
  })
})

describe('a client that goes away', () => {
  it('before its body has ended has bought nothing', async () => {
    const socket = await listener.connect()
    socket.write(`${head({ ...own, ...lengthOf(jsonText) })}{"qua`)
    await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
    await vi.waitFor(() => expect(listener.logged.join()).toContain('did not wait'))
    expect(listener.admitted).toEqual([])
  })

  it('while the gate decides has bought: it is counted', async () => {
    const admit = listener.hold()
    const socket = await listener.connect()
    socket.write(`${head({ ...own, ...lengthOf(jsonText) })}${jsonText}`)
    await vi.waitFor(() => expect(listener.admitted).toHaveLength(1))
    socket.destroy()
    await vi.waitFor(() => expect(listener.logged.join()).toContain('did not wait'))
    admit()
    await vi.waitFor(() => expect(listener.counted).toEqual(['7 accepted']))
  })
})

describe('a slot', () => {
  it('is not held by a body that is still arriving', async () => {
    const narrow = await startListener(1)
    const slow = await Promise.all(Array.from({ length: 60 }, () => narrow.connect()))
    for (const socket of slow) socket.write(`${head({ ...own, ...lengthOf(jsonText) })}{"qua`)
    expect((await narrow.ask({ headers: own, body: jsonText })).status).toBe(202)
    for (const socket of slow) socket.destroy()
    narrow.close()
  })

  it('is refused to a user who holds a tenth of them, not to other users', async () => {
    const shared = await startListener(20)
    const admit = shared.hold()
    const first = [1, 2].map(() => shared.ask({ headers: own, body: jsonText }))
    await vi.waitFor(() => expect(shared.admitted).toHaveLength(2))
    expect((await shared.ask({ headers: own, body: jsonText })).status).toBe(429)
    const other = shared.ask({ headers: { ...own, ...(await bearer(3)) }, body: jsonText })
    await vi.waitFor(() => expect(shared.admitted).toHaveLength(3))
    admit()
    expect((await Promise.all([...first, other])).map(({ status }) => status)).toEqual([202, 202, 202])
    expect((await shared.ask({ headers: own, body: jsonText })).status).toBe(202)
    shared.close()
  })
})

describe('what is not accepted', () => {
  it.each<[string, Asked, number, string]>([
    ['a long body', { body: JSON.stringify({ pad: 'x'.repeat(5_000) }) }, 413, 'BODY_TOO_LARGE'],
    [
      'a long body in chunks',
      { headers: { 'transfer-encoding': 'chunked' }, body: 'x'.repeat(5_000) },
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a charset unknown to JSON',
      { headers: { 'content-type': 'application/json; charset=latin1' }, body: jsonText },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'an encoding nobody knows',
      { headers: { 'content-encoding': 'x' }, body: jsonText },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a number', { body: '7' }, 400, 'INVALID_JSON'],
    ['null', { body: 'null' }, 400, 'INVALID_JSON'],
    ['a quantity that is a word', { body: '{"quantity":"2"}' }, 400, 'INVALID_REQUEST'],
    ['a broken escape in the path', { path: purchasePath.replace('7', '%E0%A4%A') }, 400, 'INVALID_REQUEST'],
    ['a voucher in another notation', { path: purchasePath.replace('7', '7e0') }, 400, 'INVALID_REQUEST'],
    ['no token', { headers: { authorization: '' }, body: jsonText }, 401, 'UNAUTHENTICATED'],
  ])('%s', async (_, { headers, ...asked }, status, error) => {
    const answer = await listener.ask({ ...asked, headers: { ...own, ...headers, 'x-request-id': 'mine' } })
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([status, error])
    expect(answer.headers).toMatchObject({ 'x-request-id': 'mine', 'cache-control': 'no-store' })
    expect(listener.admitted).toEqual([])
  })

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT'])('%s on the path goes on to the app', async (method) => {
    const answer = await listener.ask({ method, headers: own })
    expect([answer.status, answer.headers['x-request-id']]).toEqual([200, undefined])
  })

  it.each(['/api/v1/vouchers/7/purchases/x', '/api/v1/vouchers//purchases', '/x/api/v1/vouchers/7/purchases', '/'])(
    'a POST of %s goes on to the app',
    async (path) => {
      expect((await listener.ask({ path, headers: own })).text).toBe('the app')
    },
  )
})

/** A token of this user with another signature. */
function forged(userId: number): string {
  return `Bearer x.${Buffer.from(JSON.stringify({ sub: String(userId) })).toString('base64url')}.y`
}

describe('when not one unit is left', () => {
  let soldOut: Listener
  beforeAll(async () => {
    soldOut = await startListener()
    await soldOut.sellOut(7, 1)
    await soldOut.sellOut(8, 2)
    soldOut.soldOutMemory.addBuyer(7, 1)
  })
  afterAll(() => soldOut.close())
  afterEach(() => {
    soldOut.admitted.length = 0
  })

  it('a newcomer is answered SOLD_OUT before the body is read, and counted', async () => {
    const headers = { ...own, 'content-type': 'text/plain', 'x-request-id': 'mine' }
    const answer = await soldOut.ask({ headers, body: 'x'.repeat(200_000) })
    expect(answer.status).toBe(409)
    expect(JSON.parse(answer.text)).toEqual({ code: 409, message: '库存不足', data: null, error: 'SOLD_OUT' })
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': 'mine' })
    expect(soldOut.counted).toEqual(['7 soldOut'])
    expect(await soldOut.metrics.registry.metrics()).toContain('seckill_purchase_requests_total{result="soldOut"} 1')
  })

  it('SOLD_OUT has the language and format that the client accepts', async () => {
    const headers = { ...own, accept: 'application/problem+json', 'accept-language': 'en' }
    const answer = await soldOut.ask({ headers, body: jsonText })
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(JSON.parse(answer.text)).toMatchObject({ status: 409, title: 'Sold out', error: 'SOLD_OUT' })
  })

  it.each<[string, Asked, number]>([
    ['without a token', { headers: { authorization: '' } }, 401],
    ['with a token that cannot be read', { headers: { authorization: 'Bearer a.b.c' } }, 401],
    ['with a forged token of a newcomer', { headers: { authorization: forged(9) } }, 401],
    ['with a forged token of a buyer', { headers: { authorization: forged(1) } }, 401],
    ['that says it is a retry', { headers: { 'idempotency-key': 'tap-1' } }, 202],
    ['for another voucher', { path: purchasePath.replace('7', '9') }, 202],
    ['where single units are left', { path: purchasePath.replace('7', '8') }, 202],
  ])('a request %s is not answered by the sold-out memory', async (_, { headers, ...asked }, status) => {
    expect((await soldOut.ask({ ...asked, headers: { ...own, ...headers } })).status).toBe(status)
  })

  it('a known buyer is answered by the gate, which names the purchase', async () => {
    expect((await soldOut.ask({ headers: await bearer(1) })).status).toBe(202)
  })

  it('an unread body does not disturb the next request of the connection', async () => {
    const socket = await soldOut.connect()
    const body = 'x'.repeat(100_000)
    socket.write(`${head({ ...own, ...lengthOf(body) })}${body}${head({ ...own, ...lengthOf(jsonText) })}${jsonText}`)
    expect((await received(socket, /SOLD_OUT[\s\S]*SOLD_OUT/)).match(/409 Conflict/g)).toHaveLength(2)
    socket.destroy()
  })
})
