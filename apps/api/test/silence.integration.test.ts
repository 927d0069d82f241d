import { createServer, type Server, type Socket } from 'node:net'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { startUrlProxy, type TcpProxy } from './proxy.js'
import { send, startSale } from './sale.js'

async function timed<T>(work: Promise<T>): Promise<{ readonly answer: T; readonly tookMs: number }> {
  const startedAt = performance.now()
  return { answer: await work, tookMs: performance.now() - startedAt }
}

describe('while MySQL is silent', () => {
  let mysql: TcpProxy & { readonly url: string }
  let own: ApiUnderTest
  let api: ApiUnderTest
  beforeAll(async () => {
    own = await startApi()
    mysql = await startUrlProxy(own.database.url)
    api = await startApi({ database: own.database, env: { DATABASE_URL: mysql.url } })
  })
  afterAll(async () => {
    mysql.replies('pass')
    await api.close()
    await mysql.close()
    await own.close()
  })

  it('readiness answers within its deadline on one connection, and an admin is answered 503', async () => {
    const { voucherId } = await startSale(own)
    await vi.waitFor(async () => expect((await send(`${api.url}/ready`)).status).toBe(200))
    mysql.replies('withheld')
    const before = mysql.opened()
    const changed = timed(callAdmin(api, { method: 'POST', path: `/campaigns/${voucherId}/pause` }))
    for (const _ of [1, 2, 3]) {
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      const { answer, tookMs } = await timed(send(`${api.url}/ready`))
      expect(answer).toMatchObject({ status: 503, body: { data: { checks: { mysql: { ok: false } } } } })
      expect(tookMs).toBeLessThan(2_500)
    }
    const { answer, tookMs } = await changed
    expect(answer).toMatchObject({ status: 503, body: { error: 'UNAVAILABLE' } })
    expect(tookMs).toBeLessThan(8_000)
    // One of the probe, one of the change, and the probe's next one after the first was given up.
    expect(mysql.opened() - before).toBeLessThanOrEqual(3)
    mysql.replies('pass')
    await vi.waitFor(async () => expect((await send(`${api.url}/ready`)).status).toBe(200), { timeout: 60_000 })
  })
})

describe('while Temporal and the key server are silent', () => {
  let silent: Server
  let port: number
  let api: ApiUnderTest
  const sockets = new Set<Socket>()
  beforeAll(async () => {
    silent = createServer((socket) => void sockets.add(socket.on('error', () => {})))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    if (address === null || typeof address === 'string') throw new Error('the server listens on a port')
    port = address.port
    api = await startApi({ env: { TEMPORAL_ADDRESS: `127.0.0.1:${port}` } })
  })
  afterAll(async () => {
    await api.close()
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => silent.close(resolve))
  })

  it('a certificate is answered 503, and the process stays ready', async () => {
    const { voucherId } = await startSale(api)
    const asked = callAdmin(api, { method: 'GET', path: `/campaigns/${voucherId}/certificate` })
    const { answer, tookMs } = await timed(asked)
    expect(answer).toMatchObject({ status: 503, body: { error: 'UNAVAILABLE' } })
    expect(tookMs).toBeLessThan(15_000)
    const ready = await send(`${api.url}/ready`)
    expect(ready).toMatchObject({ status: 200, body: { data: { checks: { temporal: { ok: false } } } } })
  })

  it('a token that needs the key server is answered 503', async () => {
    const keys = { AUTH_JWKS_URL: `http://127.0.0.1:${port}/jwks`, AUTH_ISSUER: 'issuer', AUTH_AUDIENCE: 'sale' }
    const production = { SECKILL_MODE: 'production', AUTH_LOCAL_SECRET: '', ...keys }
    const guarded = await startApi({ database: api.database, env: production })
    try {
      const token = await new SignJWT({ sub: '7', exp: 9_999_999_999 })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .sign((await generateKeyPair('RS256')).privateKey)
      const orders = send(`${guarded.url}/api/v1/orders`, { headers: { authorization: `Bearer ${token}` } })
      const { answer, tookMs } = await timed(orders)
      expect(answer).toMatchObject({ status: 503, body: { error: 'UNAVAILABLE' } })
      expect(tookMs).toBeLessThan(5_000)
    } finally {
      await guarded.close()
    }
  })
})
