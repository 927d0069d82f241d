import { afterEach, expect, it, vi } from 'vitest'
import { call } from './call.js'

afterEach(() => vi.unstubAllGlobals())

/** Lets the next call be answered so. */
function answer(status: number, body: unknown): void {
  vi.stubGlobal('fetch', async () => Response.json(body, { status }))
}

it.each([
  [{ detail: 'it is OPEN' }, 'Not allowed: it is OPEN.'],
  [{ issues: [{ field: 'body.reason', problem: 'is too short' }] }, 'Not allowed: reason is too short.'],
  [{ order: 'CLOSING' }, 'Not allowed. The order is CLOSING.'],
  [null, 'Not allowed.'],
])('an error with the data %j is a sentence', async (data, sentence) => {
  answer(409, { code: 409, message: 'Not allowed', error: 'CAMPAIGN_STATE', data })
  await expect(call('/campaigns')).rejects.toMatchObject({ message: sentence, code: 'CAMPAIGN_STATE' })
})

it('a change without an answer may have been made, and a question may be asked again', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no route')))
  await expect(call('/campaigns')).rejects.toThrow('The server does not answer. Try again.')
  await expect(call('/campaigns', { method: 'POST' })).rejects.toThrow('It may have been done')
})

it('an answer that is no JSON is said with its status', async () => {
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }))
  await expect(call('/campaigns')).rejects.toThrow('The server answered 502 without a text.')
})
