import { Refused } from 'seckill-client/public'
import { describe, expect, it } from 'vitest'
import { buy } from './buy.js'

const refused = (status: number, code: string, headers: Readonly<Record<string, string>> = {}) =>
  new Refused(new Response(null, { status, headers }), { message: code, error: code })

/** Buys where the requests fail with these errors one after the other, and the next one is accepted. */
async function buyWith(errors: readonly unknown[]) {
  let sent = 0
  const pauses: number[] = []
  const send = async () => {
    sent += 1
    if (sent <= errors.length) throw errors[sent - 1]
    return { traceId: '7-abc' }
  }
  const result = await buy(send, async (ms) => void pauses.push(ms))
  return { result, sent, pauses }
}

describe('a purchase request', () => {
  it('without an answer is sent again', async () => {
    const { result, sent } = await buyWith([new TypeError('fetch failed'), refused(503, 'OUTCOME_UNKNOWN')])
    expect(result).toEqual({ kind: 'accepted', traceId: '7-abc' })
    expect(sent).toBe(3)
  })

  it('is sent again when the API says', async () => {
    const { pauses } = await buyWith([refused(429, 'TOO_MANY_REQUESTS', { 'retry-after': '3' }), new TypeError('lost')])
    expect(pauses).toEqual([3_000, 1_000])
  })

  it('that is refused is not sent again', async () => {
    const soldOut = refused(409, 'SOLD_OUT')
    const { result, sent } = await buyWith([soldOut])
    expect(result).toEqual({ kind: 'refused', refusal: soldOut })
    expect(sent).toBe(1)
  })

  it('that never has an answer is neither accepted nor refused', async () => {
    const { result, sent } = await buyWith(Array(9).fill(new TypeError('lost')))
    expect(result).toEqual({ kind: 'unknown' })
    expect(sent).toBe(6)
  })
})
