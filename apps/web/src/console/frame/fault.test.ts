import { dataOf } from 'seckill-client/admin'
import { afterEach, expect, it, vi } from 'vitest'
import { sentenceOfFault } from './fault.js'

vi.stubGlobal('location', { origin: 'http://console.example' })
const { api } = await import('./api.js')
afterEach(() => vi.unstubAllGlobals())

const read = () => dataOf(api.GET('/admin/v1/campaigns')).catch(sentenceOfFault)
const change = () => dataOf(api.POST('/admin/v1/parked/take-up', { body: { reason: 'r' } })).catch(sentenceOfFault)

it.each([
  [{ detail: 'it is OPEN' }, 'Not allowed: it is OPEN.'],
  [{ issues: [{ field: 'body.reason', problem: 'is too short' }] }, 'Not allowed: reason is too short.'],
  [{ because: ['2 lanes run', 'a refund is open'] }, 'Not allowed: 2 lanes run; a refund is open.'],
  [{ order: 'CLOSING' }, 'Not allowed. The order is CLOSING.'],
  [null, 'Not allowed.'],
])('an error with the data %j is a sentence', async (data, sentence) => {
  const body = { code: 409, message: 'Not allowed', error: 'CAMPAIGN_STATE', data }
  vi.stubGlobal('fetch', async () => Response.json(body, { status: 409 }))
  expect(await change()).toBe(sentence)
})

it('a change without an answer may have been made, and a question may be asked again', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no route')))
  expect(await read()).toBe('The server does not answer. Try again.')
  expect(await change()).toContain('It may have been done')
})

it('an answer that is no JSON is said with its status', async () => {
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }))
  expect(await read()).toBe('The server answered 502 without a text. Try again.')
})
