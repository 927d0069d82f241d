import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { send } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

type Sent = { readonly body?: object; readonly cookie?: string; readonly origin?: string | null }

async function call(method: string, path: string, { body, cookie, origin = api.adminUrl }: Sent = {}) {
  const headers = {
    'content-type': 'application/json',
    ...(cookie !== undefined && { cookie }),
    ...(origin !== null && { origin }),
  }
  return send(`${api.adminUrl}/admin/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

const productionEnv = {
  SECKILL_MODE: 'production',
  AUTH_LOCAL_SECRET: '',
  AUTH_JWKS_URL: 'http://127.0.0.1:9/keys',
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_AUDIENCE: 'seckill-api',
}

/** The answer to a sign-in whose Host header `fetch` would not send. */
async function rawAnswer(headers: Readonly<Record<string, string>>, body: string): Promise<string> {
  const { port, hostname } = new URL(api.adminUrl)
  const socket = connect({ port: Number(port), host: hostname })
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const length = `content-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`
  socket.write(`POST /admin/v1/session HTTP/1.1\r\n${lines.join('\r\n')}\r\n${length}\r\n\r\n${body}`)
  return text(socket)
}

const cookieOf = (answer: { readonly headers: Headers }) => answer.headers.get('set-cookie')?.split(';', 1)[0] ?? ''

describe('the session of the console', () => {
  it('is a role with one click in local mode, in a cookie that no script can read', async () => {
    expect((await call('GET', '/session')).body.data).toEqual({ session: null, local: true, signInPath: null })
    const answer = await call('POST', '/session', { body: { role: 'viewer' } })
    expect(answer.body.data.session).toMatchObject({ userId: 1, role: 'viewer', expiresAt: expect.any(Number) })
    expect(answer.headers.get('set-cookie')).toMatch(/; Path=\/admin; Expires=.+ GMT; HttpOnly; SameSite=Strict$/)
    const cookie = cookieOf(answer)
    expect((await call('GET', '/session', { cookie })).body.data.session).toMatchObject({ role: 'viewer' })
    expect((await call('GET', '/campaigns', { cookie })).status).toBe(200)
    const refused = await call('POST', '/parked/take-up', { cookie, body: { reason: 'test' } })
    expect(refused).toMatchObject({ status: 403, body: { error: 'OPERATOR_REQUIRED' } })
  })

  it('takes an operator’s token, and no shopper’s or forged one', async () => {
    const token = await tokenOf(42, { role: 'operator' })
    const cookie = cookieOf(await call('POST', '/session', { body: { token } }))
    expect((await call('POST', '/parked/take-up', { cookie, body: { reason: 'test' } })).status).toBe(200)
    const { entries } = (await call('GET', '/audit', { cookie })).body.data
    expect(entries[0]).toMatchObject({ actor: 'user:42', reason: 'test' })
    expect((await call('POST', '/session', { body: { token: await tokenOf(42) } })).body.error).toBe('FORBIDDEN')
    expect((await call('POST', '/session', { body: { token: `${token}x` } })).body.error).toBe('UNAUTHENTICATED')
  })

  it('makes no change for a page of another origin, nor for none', async () => {
    const cookie = cookieOf(await call('POST', '/session', { body: { role: 'operator' } }))
    for (const origin of ['http://evil.example', api.url, null]) {
      const answer = await call('POST', '/parked/take-up', { cookie, origin, body: { reason: 'test' } })
      expect(answer).toMatchObject({ status: 403, body: { error: 'CROSS_ORIGIN' } })
      expect((await call('POST', '/session', { origin, body: { role: 'operator' } })).body.error).toBe('CROSS_ORIGIN')
    }
  })

  it('gives no role with a click to a host name, nor in production', async () => {
    const { port } = new URL(api.adminUrl)
    const named = { host: `rebound.example:${port}`, origin: `http://rebound.example:${port}` }
    expect(await rawAnswer(named, '{"role":"operator"}')).toMatch(/^HTTP\/1.1 401 /)
    const production = await startApi({ env: productionEnv, database: api.database })
    try {
      const url = `${production.adminUrl}/admin/v1/session`
      expect((await send(url)).body.data).toEqual({ session: null, local: false, signInPath: null })
      const headers = { 'content-type': 'application/json', origin: production.adminUrl }
      const answer = await send(url, { method: 'POST', headers, body: '{"role":"operator"}' })
      expect(answer.body.error).toBe('UNAUTHENTICATED')
    } finally {
      await production.close()
    }
  })

  it('ends with a sign-out', async () => {
    const answer = await call('DELETE', '/session')
    expect(answer.headers.get('set-cookie')).toContain('seckill_console=; Path=/admin; Expires=Thu, 01 Jan 1970')
  })
})
