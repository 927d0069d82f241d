import { expect, it } from 'vitest'
import { createBell } from './bell.js'

const longMs = 60_000

it('a ring ends the wait', async () => {
  const bell = createBell()
  const wait = bell.ringOr(longMs)
  bell.ring()
  await expect(wait).resolves.toBeUndefined()
})

it('a ring between two waits ends the next one, and only that', async () => {
  const bell = createBell()
  bell.ring()
  await bell.ringOr(longMs)
  const startedAt = performance.now()
  await bell.ringOr(20)
  expect(performance.now() - startedAt).toBeGreaterThan(15)
})
