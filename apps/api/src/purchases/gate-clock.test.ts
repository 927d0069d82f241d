import { expect, it } from 'vitest'
import { createGateClock } from './gate-clock.js'

function clockOf(redis: { time: () => Promise<number> }) {
  const local = { now: 0 }
  const clock = createGateClock(redis.time, () => local.now)
  return { local, clock }
}

it('counts on from Redis’ time, which is read at most once a second', async () => {
  let reads = 0
  const { local, clock } = clockOf({
    time: async () => {
      reads += 1
      return 5_000_000 + local.now
    },
  })
  expect(await Promise.all([clock.now(), clock.now()])).toEqual([5_000_000, 5_000_000])
  local.now = 900
  expect(await clock.now()).toBe(5_000_900)
  expect(reads).toBe(1)
  local.now = 1_100
  expect(await clock.now()).toBe(5_001_100)
  expect(reads).toBe(2)
})

it('is null until Redis’ time is known, and goes on without Redis afterwards', async () => {
  let time = (): Promise<number> => Promise.reject(new Error('Connection is closed.'))
  const { local, clock } = clockOf({ time: () => time() })
  expect(await clock.now()).toBeNull()
  local.now = 2_000
  time = async () => 9_000
  expect(await clock.now()).toBe(9_000)
  local.now = 4_000
  time = () => new Promise(() => {})
  expect(await clock.now()).toBe(11_000)
})
