import { expect, it } from 'vitest'
import { createServerClock } from './server-clock.js'

const serverAt = 1_764_000_000_000

/** A probe whose ways there and back take `there` and `back` milliseconds; the server is ahead by `serverAt`. */
const probe = (sentAt: number, there: number, back: number, drift = 0) => ({
  sentAt,
  receivedAt: sentAt + there + back,
  serverTime: serverAt + drift + sentAt + there,
})

it('the clock does not know the time before the first answer', () => {
  expect(createServerClock(() => 0).now()).toBeUndefined()
})

it('the clock is off by at most half of the shortest way', () => {
  let now = 0
  const clock = createServerClock(() => now)
  clock.add(probe(0, 400, 0))
  clock.add(probe(1_000, 10, 30))
  clock.add(probe(2_000, 0, 900))
  now = 5_000
  expect(clock.now()).toBe(serverAt + now - 10)
})

it('the clock follows a browser that drifts: a probe counts for a minute', () => {
  let now = 0
  const clock = createServerClock(() => now)
  clock.add(probe(0, 1, 1))
  for (let at = 5_000; at <= 70_000; at += 5_000) clock.add(probe(at, 20, 20, at / 100))
  now = 70_000
  expect(clock.now()).toBeGreaterThan(serverAt + now + 600)
})

it('the clock goes on between two answers, and the time of day of the browser has no part in it', () => {
  let now = 100
  const clock = createServerClock(() => now)
  clock.add(probe(0, 50, 50))
  const first = clock.now() ?? 0
  now += 1_234
  expect(clock.now()).toBe(first + 1_234)
})
