import { describe, expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.js'

/** A limit of three requests a second, and its clock. */
function limited(requests = 3) {
  const clock = { ms: 1_000 }
  const limit = createRateLimit<string>(
    { requests, perMs: 1_000 * (requests === 0 ? 1 : requests / 3) },
    () => clock.ms,
  )
  const send = (key: string): number => {
    const waitMs = limit.waitMs(key)
    if (waitMs === 0) limit.count(key)
    return waitMs
  }
  return { clock, send }
}

describe('a limit', () => {
  it('lets its number of requests through at once, and names the time to the next', () => {
    const { send } = limited()
    expect([send('a'), send('a'), send('a'), send('a'), send('a')]).toEqual([0, 0, 0, 333, 333])
  })

  it('regains one request after its share of the time, and all of them after the whole time', () => {
    const { clock, send } = limited()
    for (let sent = 0; sent < 3; sent += 1) send('a')
    clock.ms += 334
    expect([send('a'), send('a') > 0]).toEqual([0, true])
    clock.ms += 1_000
    expect([send('a'), send('a'), send('a'), send('a') > 0]).toEqual([0, 0, 0, true])
  })

  it('of one key is not used up by another', () => {
    const { send } = limited()
    for (let sent = 0; sent < 4; sent += 1) send('a')
    expect(send('b')).toBe(0)
  })

  it('of 0 requests is none', () => {
    const { send } = limited(0)
    expect(Array.from({ length: 100 }, () => send('a'))).toEqual(Array(100).fill(0))
  })
})
