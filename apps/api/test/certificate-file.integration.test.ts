import { trustKeySet, verifyCertificate } from 'seckill-certificate'
import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest
let authorization: string

beforeAll(async () => {
  api = await startApi()
  authorization = `Bearer ${await tokenOf(9, { role: 'operator' })}`
})
afterAll(() => api.close())

const published = () => send(`${api.url}/.well-known/jwks.json`)
const trusted = async () => trustKeySet((await published()).body)

async function fileOf(voucherId: number): Promise<Uint8Array> {
  const url = `${api.adminUrl}/admin/v1/campaigns/${voucherId}/certificate/file`
  const response = await fetch(url, { headers: { authorization } })
  expect([response.status, response.headers.get('content-disposition')]).toEqual([
    200,
    `attachment; filename="certificate-${voucherId}.json"`,
  ])
  return new Uint8Array(await response.arrayBuffer())
}

describe('the published keys', () => {
  it('are a JWK Set on the public port, without a token and without a private part', async () => {
    const answer = await published()
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'application/jwk-set+json; charset=utf-8',
      'public, max-age=300',
    ])
    const { keys } = answer.body
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', use: 'sig' })
  })

  it('take GET and HEAD only', async () => {
    const answer = await send(`${api.url}/.well-known/jwks.json`, { method: 'POST' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('the certificate file', () => {
  it('of a campaign nobody bought in verifies with the published keys', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    const { ok, head, findings } = await verifyCertificate(await fileOf(voucherId), await trusted())
    expect(findings.filter((one) => !one.ok)).toEqual([])
    expect([ok, head?.voucherId, head?.size]).toEqual([true, voucherId, 0])
  })

  it('of a sale that is not at rest is authentic, and says what does not add up', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    expect((await buy(api, voucherId, 1)).status).toBe(202)
    const bytes = await fileOf(voucherId)
    const { ok, authentic, head, findings } = await verifyCertificate(bytes, await trusted())
    expect([ok, authentic, head?.voucherId]).toEqual([false, true, voucherId])
    const wrong = findings.filter((one) => !one.ok).map((one) => one.name)
    expect(wrong).toContain('Each admission of the gate has its reservation')
    expect(wrong).toContain('The invariants held when the sale was counted')
  })

  it('is for admins, and there for a campaign that exists', async () => {
    const url = (voucherId: number) => `${api.adminUrl}/admin/v1/campaigns/${voucherId}/certificate/file`
    const { voucherId } = await startSale(api)
    expect((await send(url(voucherId))).status).toBe(401)
    const shopper = { authorization: `Bearer ${await tokenOf(1)}` }
    expect((await send(url(voucherId), { headers: shopper })).status).toBe(403)
    expect((await send(url(temporaryVoucherId()), { headers: { authorization } })).status).toBe(404)
    const answer = await send(url(voucherId), { method: 'POST', headers: { authorization } })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})
