import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { ask, buy, send, startSale } from './sale.js'
import { tokenOf, unsignedTokenOf } from './tokens.js'

let api: ApiUnderTest
let voucherId: number
let audited: unknown

async function readGate() {
  const audit = await api.dependencies.gate.audit(voucherId)
  return { ...audit, now: 0 }
}

beforeAll(async () => {
  api = await startApi()
  voucherId = (await startSale(api)).voucherId
  audited = await readGate()
})
afterAll(() => api.close())

async function post(body: string, headers: Record<string, string> = {}, path: string | number = voucherId) {
  const authorization = `Bearer ${await tokenOf(1)}`
  const all = { authorization, 'content-type': 'application/json', ...headers }
  return send(`${api.url}/api/v1/vouchers/${path}/purchases`, { method: 'POST', body, headers: all })
}

const luaSnippet = "1 end redis.call('FLUSHALL') --"
const sqlSnippet = "1'; DROP TABLE purchases; --"

describe('bad input gets the documented 4xx and changes nothing', () => {
  it.each([
    ['a string as quantity', '{"quantity":"1"}', 400, 'INVALID_REQUEST'],
    ['a quantity of zero', '{"quantity":0}', 400, 'INVALID_REQUEST'],
    ['a negative quantity', '{"quantity":-1}', 400, 'INVALID_REQUEST'],
    ['a fraction', '{"quantity":1.5}', 400, 'INVALID_REQUEST'],
    ['a huge quantity', '{"quantity":1e300}', 400, 'INVALID_REQUEST'],
    ['a quantity beyond the most units', '{"quantity":101}', 400, 'INVALID_REQUEST'],
    ['null as quantity', '{"quantity":null}', 400, 'INVALID_REQUEST'],
    ['an unknown key', '{"quantity":1,"price":0}', 400, 'INVALID_REQUEST'],
    ['a prototype key', '{"__proto__":{"quantity":1},"quantity":1,"constructor":1}', 400, 'INVALID_REQUEST'],
    ['an array', '[1]', 400, 'INVALID_REQUEST'],
    ['a JSON string', '"1"', 400, 'INVALID_JSON'],
    ['broken JSON', '{"quantity":', 400, 'INVALID_JSON'],
    ['a Lua snippet', JSON.stringify({ quantity: luaSnippet }), 400, 'INVALID_REQUEST'],
    ['an SQL snippet', JSON.stringify({ quantity: sqlSnippet }), 400, 'INVALID_REQUEST'],
    ['a body of 1 MB', JSON.stringify({ quantity: 1, pad: 'x'.repeat(1_048_576) }), 413, 'BODY_TOO_LARGE'],
  ])('%s in the body', async (_what, body, status, error) => {
    const answer = await post(body)
    expect([answer.status, answer.body.code, answer.body.error]).toEqual([status, status, error])
    expect(await readGate()).toEqual(audited)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', ''])(
    'a body of type "%s"',
    async (type) => {
      const answer = await post('{"quantity":1}', { 'content-type': type })
      expect([answer.status, answer.body.error]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
      expect(await readGate()).toEqual(audited)
    },
  )

  it.each([
    ['zero', '0', 400],
    ['negative', '-1', 400],
    ['not a number', 'abc', 400],
    ['a fraction', '1.5', 400],
    ['beyond 2^53', '9007199254740993', 400],
    ['of 400 digits', '9'.repeat(400), 400],
    ['a Lua snippet', encodeURIComponent(luaSnippet), 400],
    ['an SQL snippet', encodeURIComponent(sqlSnippet), 400],
    ['a hash tag', encodeURIComponent('1}:campaign'), 400],
    ['a broken escape', '%E0%A4%A', 400],
    ['unknown', '9007199254740991', 404],
  ])('a voucher id that is %s', async (_what, path, status) => {
    expect((await post('{}', {}, path)).status).toBe(status)
    expect(await readGate()).toEqual(audited)
  })

  it.each([
    ['too long', 'k'.repeat(129)],
    ['with blanks', 'a b'],
    ['empty', ''],
  ])('an Idempotency-Key that is %s', async (_what, key) => {
    expect((await buy(api, voucherId, 1, { headers: { 'idempotency-key': key } })).status).toBe(400)
    expect(await readGate()).toEqual(audited)
  })

  it('accepts code snippets as opaque Idempotency-Keys', async () => {
    const other = await startSale(api)
    const headers = { 'idempotency-key': `';FLUSHALL--}:campaign${other.voucherId}` }
    const first = await buy(api, other.voucherId, 1, { headers })
    expect(first.status).toBe(202)
    expect((await buy(api, other.voucherId, 1, { headers })).body).toEqual(first.body)
  })

  it.each([
    ['none', async () => undefined],
    ['of another scheme', async () => 'Basic YWRtaW46YWRtaW4='],
    ['no token', async () => 'Bearer x'],
    ['expired', async () => `Bearer ${await tokenOf(1, { expiresInSeconds: -60 })}`],
    ['forged', async () => `Bearer ${await tokenOf(1, { secret: 'some other secret of 32 bytes length' })}`],
    ['unsigned', async () => `Bearer ${unsignedTokenOf(1)}`],
    ['of another algorithm', async () => `Bearer ${await tokenOf(1, { alg: 'HS512' })}`],
    ['for another audience', async () => `Bearer ${await tokenOf(1, { aud: 'elsewhere' })}`],
    ['of another issuer', async () => `Bearer ${await tokenOf(1, { iss: 'elsewhere' })}`],
    ['of no integer', async () => `Bearer ${await tokenOf('alice')}`],
    ['of a negative user', async () => `Bearer ${await tokenOf(-1)}`],
    ['of a huge user', async () => `Bearer ${await tokenOf('9007199254740993')}`],
    ['of 5,000 characters', async () => `Bearer ${await tokenOf(1, { pad: 'x'.repeat(5_000) })}`],
  ])('a token: %s', async (_what, header) => {
    const authorization = await header()
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await send(`${api.url}/api/v1/vouchers/${voucherId}/purchases`, { method: 'POST', headers })
    expect([answer.status, answer.body.error]).toEqual([401, 'UNAUTHENTICATED'])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(await readGate()).toEqual(audited)
  })

  it.each([
    ['malformed', 'abc', 400],
    ['a snippet', encodeURIComponent(`1-${sqlSnippet}`), 400],
    ['unknown', `1-${'a'.repeat(26)}`, 404],
  ])('a trace id that is %s', async (_what, traceId, status) => {
    expect((await ask(api, traceId, 1)).status).toBe(status)
  })

  it("another user's trace id is answered like an unknown one", async () => {
    const sale = await startSale(api)
    const { traceId } = (await buy(api, sale.voucherId, 1)).body.data
    expect((await ask(api, traceId, 1)).status).toBe(200)
    const foreign = await ask(api, traceId, 2)
    const unknown = await ask(api, `${sale.voucherId}-${'a'.repeat(26)}`, 2)
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body])
  })

  it('other methods and paths', async () => {
    const wrongMethod = await send(`${api.url}/api/v1/vouchers/${voucherId}/purchases`)
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await send(`${api.url}/api/v1/nothing`)).body).toMatchObject({ code: 404, error: 'NOT_FOUND' })
  })
})
