import { describe, expect, it } from 'vitest'
import { type Departure, expectWait } from './expected-wait.js'

/** Repeatable numbers in [0, 1), by a linear congruence. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/** Departures of a queue that gives 500 lanes every second, give or take `jitterMs`. */
function departuresOf(count: number, jitterMs: number, random: () => number): Departure[] {
  let at = 0
  return Array.from({ length: count }, () => {
    at += 1_000 + (random() * 2 - 1) * jitterMs
    return { at, lanes: 500 }
  })
}

describe('the expected wait', () => {
  it('is the place divided by the rate, and its error one gap where nothing varies', () => {
    const departures = departuresOf(10, 0, () => 0)
    expect(expectWait(departures, 2_000, 10_000)).toEqual({ expectedMs: 4_000, errorMs: 1_000 })
  })

  it('has an error that holds for 19 of 20 waits, with as few departures as it is known by', () => {
    const random = randomFrom(7)
    let held = 0
    for (let sale = 0; sale < 1_000; sale += 1) {
      const departures = departuresOf(60, 800, random)
      const known = departures.slice(0, 8)
      const now = (known.at(-1)?.at ?? 0) + random() * 200
      const place = 1 + Math.floor(random() * 15_000)
      const wait = expectWait(known, place, now)
      const turn = departures[8 + Math.ceil(place / 500) - 1]
      if (wait === null || turn === undefined) throw new Error('the wait or its end is missing')
      if (Math.abs(turn.at - now - wait.expectedMs) <= wait.errorMs) held += 1
    }
    expect(held).toBeGreaterThanOrEqual(950)
  })

  it('is not known before the eighth departure, nor once the queue has stopped', () => {
    const departures = departuresOf(8, 0, () => 0)
    expect(expectWait(departures.slice(0, 7), 10, 7_000)).toBeNull()
    expect(expectWait(departures, 10, 8_000)).not.toBeNull()
    expect(expectWait(departures, 10, 11_001)).toBeNull()
  })
})
