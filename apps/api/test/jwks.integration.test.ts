import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { send } from './sale.js'
import { tokenOf } from './tokens.js'

const issuer = 'https://login.example'
const audience = 'seckill'

let keys: Awaited<ReturnType<typeof generateKeyPair>>
let jwks: Server
let published: string
let api: ApiUnderTest

beforeAll(async () => {
  keys = await generateKeyPair('RS256')
  published = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] })
  jwks = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(published)
  })
  await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/jwks`
  const env = { AUTH_JWKS_URL: url, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience }
  api = await startApi({ env: { SECKILL_MODE: 'production', AUTH_LOCAL_SECRET: '', ...env } })
})
afterAll(async () => {
  await api.close()
  await new Promise((resolve) => jwks.close(resolve))
})

function sign(claims: JWTPayload = {}) {
  return new SignJWT({ sub: '7', iss: issuer, aud: audience, exp: Math.floor(Date.now() / 1_000) + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(keys.privateKey)
}

async function statusWith(token: string) {
  return (await send(`${api.url}/api/v1/orders`, { headers: { authorization: `Bearer ${token}` } })).status
}

describe('in production', () => {
  it("takes tokens of the issuer's published keys", async () => {
    expect(await statusWith(await sign())).toBe(200)
  })

  it.each([
    ['expired', { exp: 1 }],
    ['without an end', { exp: undefined }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['for another audience', { aud: 'elsewhere' }],
    ['without a subject', { sub: undefined }],
  ])('refuses a token that is %s', async (_what, claims) => {
    expect(await statusWith(await sign(claims as JWTPayload))).toBe(401)
  })

  it('refuses a token signed with the public key as a shared secret, and one of local mode', async () => {
    const { n = '' } = JSON.parse(published).keys[0]
    expect(await statusWith(await tokenOf(7, { secret: n, iss: issuer, aud: audience }))).toBe(401)
    expect(await statusWith(await tokenOf(7))).toBe(401)
  })
})
