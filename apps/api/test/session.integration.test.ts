import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
  await startSale(api)
})
afterAll(() => api.close())

const fromPage = { 'sec-fetch-site': 'same-origin' }
const json = { 'content-type': 'application/json' }

function signIn(userId: number, headers: Readonly<Record<string, string>> = fromPage, url = `${api.url}/api/v1`) {
  return send(`${url}/session`, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ userId }) })
}

async function cookieOf(userId: number, url?: string): Promise<string> {
  const { headers } = await signIn(userId, fromPage, url)
  return headers.get('set-cookie')?.split(';', 1)[0] ?? 'no cookie'
}

describe('a session in local mode', () => {
  it('offers users to pick from until one is signed in, whom it names from then on', async () => {
    const { body } = await send(`${api.url}/api/v1/session`)
    expect(body.data.user).toBeNull()
    expect(body.data.users).toHaveLength(6)
    const [picked] = body.data.users
    const cookie = await cookieOf(picked.userId)
    expect((await send(`${api.url}/api/v1/session`, { headers: { cookie } })).body.data).toEqual({
      user: picked,
      users: [],
      signInPath: null,
    })
  })

  it('is a cookie that no script reads and no page of another site sends', async () => {
    const { headers, body } = await signIn(7)
    expect(body.data.user).toEqual({ userId: 7, name: 'Shopper 7' })
    const attributes = headers.get('set-cookie')?.split('; ').slice(1)
    expect(attributes).toEqual(expect.arrayContaining(['Max-Age=43200', 'Path=/', 'HttpOnly', 'SameSite=Strict']))
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('buys, and refuses what a page of another origin sends', async () => {
    const { voucherId } = await startSale(api)
    const cookie = await cookieOf(8)
    const buy = (headers: Readonly<Record<string, string>>) =>
      send(`${api.url}/api/v1/vouchers/${voucherId}/purchases`, { method: 'POST', headers: { cookie, ...headers } })
    expect((await buy({ 'sec-fetch-site': 'same-site' })).body.error).toBe('CROSS_ORIGIN')
    expect((await buy({ origin: 'http://127.0.0.1:1' })).body.error).toBe('CROSS_ORIGIN')
    expect((await buy(fromPage)).status).toBe(202)
  })

  it('ends when the user signs out, on the page only', async () => {
    const cookie = await cookieOf(7)
    const leave = (headers: Readonly<Record<string, string>>) =>
      send(`${api.url}/api/v1/session`, { method: 'DELETE', headers: { cookie, ...headers } })
    expect((await leave({ 'sec-fetch-site': 'cross-site' })).body.error).toBe('CROSS_ORIGIN')
    const { headers } = await leave(fromPage)
    expect(headers.get('set-cookie')).toMatch(/^seckill_shop=;.*Expires=Thu, 01 Jan 1970/)
  })

  it('of the shop is none of the console, and the other way round', async () => {
    const admin = `${api.adminUrl}/admin/v1`
    const shop = await cookieOf(7)
    const console = `seckill_console=${await tokenOf(7, { role: 'operator' })}`
    expect((await send(`${admin}/campaigns`, { headers: { cookie: shop } })).body.error).toBe('UNAUTHENTICATED')
    expect((await send(`${admin}/campaigns`, { headers: { cookie: console } })).status).toBe(200)
    expect((await send(`${api.url}/api/v1/orders`, { headers: { cookie: console } })).body.error).toBe(
      'UNAUTHENTICATED',
    )
  })

  it('is not made for an unknown user, nor by a page of another site', async () => {
    expect((await signIn(999_999)).body.error).toBe('NOT_FOUND')
    expect((await signIn(7, { 'sec-fetch-site': 'cross-site' })).body.error).toBe('CROSS_ORIGIN')
    expect((await signIn(0)).body.error).toBe('INVALID_REQUEST')
  })
})

describe('in production', () => {
  it('nobody picks a user: the session has no such method, and offers no users', async () => {
    const env = {
      SECKILL_MODE: 'production',
      AUTH_LOCAL_SECRET: '',
      AUTH_JWKS_URL: 'http://127.0.0.1:9/keys',
      AUTH_ISSUER: 'https://issuer.example',
      AUTH_AUDIENCE: 'seckill-api',
    }
    const production = await startApi({ env, database: api.database })
    try {
      const answer = await signIn(7, fromPage, `${production.url}/api/v1`)
      expect(answer.body.error).toBe('METHOD_NOT_ALLOWED')
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect((await send(`${production.url}/api/v1/session`)).body.data).toEqual({
        user: null,
        users: [],
        signInPath: null,
      })
      const local = { cookie: `seckill_shop=${await tokenOf(7)}` }
      expect((await send(`${production.url}/api/v1/orders`, { headers: local })).status).not.toBe(200)
    } finally {
      await production.close()
    }
  })
})
