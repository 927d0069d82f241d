import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../test/eventually.js'
import {
  apiKey,
  type ErrorBody,
  type ProviderUnderTest,
  startProvider,
  termsWith,
} from '../../test/provider-under-test.js'
import { errorCodes } from './api-error.js'

let provider: ProviderUnderTest

beforeAll(async () => {
  provider = await startProvider({ MAX_IN_FLIGHT: '3', MAX_RECORDS: '5' })
})
afterAll(() => provider.stop())

const authorization = `Bearer ${apiKey}`

async function post(body: string, headers: Readonly<Record<string, string>> = {}): Promise<[number, string]> {
  const all = { authorization, 'content-type': 'application/json', 'idempotency-key': 'limits', ...headers }
  const response = await fetch(`${provider.url}/v1/payments`, { method: 'POST', headers: all, body })
  return [response.status, ((await response.json()) as ErrorBody).error.code]
}

describe('a request that is not served', () => {
  it.each([
    ['half a JSON', '{', {}, 400, 'INVALID_JSON'],
    ['a JSON text', '"text"', {}, 400, 'INVALID_JSON'],
    ['an object without the fields', '{}', {}, 400, 'INVALID_REQUEST'],
    ['20 KB', JSON.stringify({ description: 'x'.repeat(20_000) }), {}, 413, 'BODY_TOO_LARGE'],
    ['another media type', 'a=b', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another authorization', '{}', { authorization: 'Basic eA==' }, 401, 'UNAUTHENTICATED'],
  ])('has %s', async (_what, body, headers, status, code) => {
    expect(await post(body, headers)).toEqual([status, code])
  })

  it('has an unknown path, a method that the path does not take, or an id that cannot be decoded', async () => {
    const answer = async (method: string, path: string) => {
      const response = await fetch(`${provider.url}${path}`, { method, headers: { authorization } })
      return [response.status, ((await response.json()) as ErrorBody).error.code, response.headers.get('allow')]
    }
    expect(await answer('GET', '/v2')).toEqual([404, 'NOT_FOUND', null])
    expect(await answer('DELETE', '/v1/payments')).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET, POST'])
    expect(await answer('GET', '/v1/payments/%E0%A4')).toEqual([400, 'INVALID_REQUEST', null])
    expect(await answer('GET', '/v1/payments/__proto__')).toEqual([404, 'NOT_FOUND', null])
  })

  it('is one of too many at the same time; an admin is heard all the same', async () => {
    await provider.behave({ silentShare: 1 })
    const client = new AbortController()
    const init = { headers: { authorization }, signal: client.signal }
    const silent = Array.from({ length: 3 }, () => fetch(`${provider.url}/v1/refunds`, init).catch(() => 'left'))
    await eventually(async () => (await fetch(`${provider.url}/metrics`)).text()).toContain('fault="silent"} 3')
    const { status, body, headers } = await provider.get<ErrorBody>('/v1/payments')
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([503, 'BUSY', '1'])
    await provider.behave({})
    client.abort()
    expect(await Promise.all(silent)).toEqual(['left', 'left', 'left'])
    await eventually(async () => (await provider.get('/v1/payments')).status).toBe(200)
  })

  it('asks for one payment more than there may be', async () => {
    const replies = []
    for (let index = 0; index < 6; index += 1) replies.push(await provider.createReply(termsWith()))
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 507])
    expect(replies[5]?.body.error.code).toBe('FULL')
  })

  it.each([
    ['nonsense\r\n\r\n', '400 Bad Request', 'INVALID_REQUEST'],
    [
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'HEADERS_TOO_LARGE',
    ],
  ])('that Node cannot parse has the same form of error (case %#)', async (sent, status, code) => {
    const socket = connect(Number(new URL(provider.url).port), '127.0.0.1')
    socket.end(sent)
    const answer = await text(socket)
    expect(answer).toContain(`HTTP/1.1 ${status}`)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code } })
  })
})

it('a request that is worked on is not answered with the error of a later one on its connection', async () => {
  await provider.admin('PUT', '/behaviour', { silentShare: 1 })
  const socket = connect(Number(new URL(provider.url).port), '127.0.0.1')
  socket.write(`GET /v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\nnonsense\r\n\r\n`)
  expect(await text(socket)).toBe('')
  await provider.behave({})
})

describe('a probe', () => {
  it('is answered without a key', async () => {
    expect(await (await fetch(`${provider.url}/health`)).json()).toEqual({ status: 'UP' })
    const metrics = await (await fetch(`${provider.url}/metrics`)).text()
    for (const name of [
      'provider_changes_total',
      'provider_journal_batch_seconds_count',
      'provider_callbacks_pending 0',
    ]) {
      expect(metrics).toContain(name)
    }
  })
})

it('every error code is in README.md with its status, and no other', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  const known = Object.entries(errorCodes).map(([code, [status]]) => [code, status])
  expect(documented.sort()).toEqual(known.sort())
})
