import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMetrics } from '../observe/metrics.js'
import { createKnownBuyers } from './known-buyers.js'
import { soldOutFirst } from './sold-out-first.js'
import { createSoldOutLatch } from './sold-out-latch.js'

const counted: string[] = []
const buyers = createKnownBuyers(10)
// Its clock stands still, so what it remembers does not pass.
const latch = createSoldOutLatch(() => 0)
const connection = new Agent({ keepAlive: true, maxSockets: 1 })
const metrics = createMetrics()
let server: Server

beforeAll(async () => {
  const tallies = { count: (voucherId: number, result: string) => counted.push(`${voucherId} ${result}`) }
  const dependencies = { latch, buyers, tallies, metrics: metrics.purchases }
  server = createServer(soldOutFirst(dependencies, (_request, response) => response.end('the app')))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  latch.soldOut(7, 1)
  latch.soldOut(8, 2)
  buyers.add(7, 1)
})
afterAll(() => {
  connection.destroy()
  server.close()
})

const bearer = async (userId: number) => ({
  authorization: `Bearer ${await new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(String(userId)).sign(Buffer.alloc(32))}`,
})

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Sends one request on the one connection. */
async function ask({ method = 'POST', path = '/api/v1/vouchers/7/purchases', headers = {}, body }: Asked) {
  const { port } = server.address() as AddressInfo
  const sent = request({ host: '127.0.0.1', port, agent: connection, method, path, headers })
  sent.end(body)
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, text: await text(response) })
    })
  })
}

describe('when not one unit is left', () => {
  it('a newcomer is told so before the app is asked, and counted', async () => {
    const before = counted.length
    const answer = await ask({ headers: { ...(await bearer(2)), 'x-request-id': 'mine' } })

    expect(answer.status).toBe(409)
    expect(JSON.parse(answer.text)).toEqual({ code: 409, message: '库存不足', data: null, error: 'SOLD_OUT' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'mine',
    })
    expect(counted.slice(before)).toEqual(['7 soldOut'])
    expect(await metrics.registry.metrics()).toContain('seckill_purchase_requests_total{result="soldOut"} 1')
  })

  it.each<[string, (headers: Record<string, string>) => Asked]>([
    ['without a token', ({ authorization: _, ...headers }) => ({ headers })],
    ['with a token that cannot be read', () => ({ headers: { authorization: 'Bearer a.b.c' } })],
    ['that says it is a retry', (headers) => ({ headers: { ...headers, 'idempotency-key': 'tap-1' } })],
    ['that accepts problem details', (headers) => ({ headers: { ...headers, accept: 'application/problem+json' } })],
    ['in a language not met before', (headers) => ({ headers: { ...headers, 'accept-language': 'en' } })],
    ['with another method', (headers) => ({ headers, method: 'GET' })],
    ['for another voucher', (headers) => ({ headers, path: '/api/v1/vouchers/9/purchases' })],
    ['where single units are left', (headers) => ({ headers, path: '/api/v1/vouchers/8/purchases' })],
    ['for another path', (headers) => ({ headers, path: '/api/v1/vouchers/7/purchases/x' })],
  ])('a request %s goes on to the app', async (_, asked) => {
    expect((await ask(asked(await bearer(2)))).text).toBe('the app')
  })

  it('a buyer goes on to the app, which tells of the purchase', async () => {
    expect((await ask({ headers: await bearer(1) })).text).toBe('the app')
  })

  it('a body that nobody reads does not disturb the next request of the connection', async () => {
    const headers = { ...(await bearer(2)), 'content-type': 'application/json' }
    const first = await ask({ headers, body: JSON.stringify({ padding: 'x'.repeat(200_000) }) })
    const second = await ask({ headers, body: '{"quantity":1}' })
    expect([first.status, second.status]).toEqual([409, 409])
  })
})
