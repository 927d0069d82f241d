import { isBrokenCircuitError } from 'cockatiel'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MessageRefused } from '../channels/channel.js'
import { createBreakers } from './breakers.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

async function failTimes(times: number, attempt: () => Promise<unknown>): Promise<readonly unknown[]> {
  const errors: unknown[] = []
  for (let made = 0; made < times; made += 1) await attempt().catch((error: unknown) => errors.push(error))
  return errors
}

it('a server that fails five times in a row is left alone until its pause is over, and no other server is', async () => {
  const breakers = createBreakers({ firstMs: 1_000, longestMs: 10_000 })
  let asked = 0
  const attempt = () =>
    breakers.of('https://down.example').execute(async () => {
      asked += 1
      throw new Error('status 500')
    })
  const errors = await failTimes(8, attempt)
  expect(asked).toBe(5)
  expect(errors.slice(5).every(isBrokenCircuitError)).toBe(true)
  expect(breakers.open()).toBe(1)
  expect(await breakers.of('https://up.example').execute(async () => 'sent')).toBe('sent')
  vi.setSystemTime(Date.now() + 10_000)
  expect(await breakers.of('https://down.example').execute(async () => 'sent')).toBe('sent')
  expect(breakers.open()).toBe(0)
})

it('a server that refuses messages for good is asked on', async () => {
  const breakers = createBreakers({ firstMs: 1_000, longestMs: 10_000 })
  const refuse = () => breakers.of('mail').execute(() => Promise.reject(new MessageRefused('no such mailbox')))
  const errors = await failTimes(20, refuse)
  expect(errors.every((error) => error instanceof MessageRefused)).toBe(true)
  expect(breakers.open()).toBe(0)
})
