import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { credentialOf, sessionCookies } from './credential.js'

const request = (method: string, headers: Readonly<Record<string, string>>) => ({ method, headers }) as IncomingMessage
const credential = (method: string, headers: Readonly<Record<string, string>>) =>
  credentialOf(request(method, headers), sessionCookies.shop)
const cookie = 'a=b; seckill_shop=x.y.z; seckill_console=c.c.c'

describe('the credential of a request', () => {
  it('is the bearer token, also where it has a cookie', () => {
    expect(credential('POST', { authorization: 'Bearer a.b.c', cookie })).toBe('a.b.c')
    expect(() => credential('GET', { authorization: 'Basic YTpi', cookie })).toThrow('UNAUTHENTICATED')
  })

  it.each(['GET', 'HEAD'])('of a %s is the cookie of its own page, wherever it comes from', (method) => {
    expect(credential(method, { cookie, 'sec-fetch-site': 'cross-site' })).toBe('x.y.z')
    expect(credentialOf(request(method, { cookie }), sessionCookies.console)).toBe('c.c.c')
    expect(() => credential(method, { cookie: 'not_seckill_shop=x.y.z' })).toThrow('UNAUTHENTICATED')
  })

  it.each([{ 'sec-fetch-site': 'same-origin' }, { origin: 'http://shop.example:8080', host: 'shop.example:8080' }])(
    'of a POST is the cookie when a page of this server sends it: %j',
    (headers) => {
      expect(credential('POST', { cookie, ...headers })).toBe('x.y.z')
    },
  )

  it.each([
    {},
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://shop.example', host: 'shop.example' },
    { origin: 'http://shop.example:8081', host: 'shop.example:8080' },
    { origin: 'null', host: 'shop.example' },
  ])('of a POST or DELETE is refused when it is a cookie with %j', (headers) => {
    expect(() => credential('POST', { cookie, ...headers })).toThrow('CROSS_ORIGIN')
    expect(() => credential('DELETE', { cookie, ...headers })).toThrow('CROSS_ORIGIN')
  })

  it('is no token of more than 4 KB', () => {
    expect(() => credential('GET', { cookie: `seckill_shop=${'x'.repeat(5_000)}` })).toThrow('UNAUTHENTICATED')
  })
})
