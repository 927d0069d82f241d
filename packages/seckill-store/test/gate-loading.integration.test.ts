import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectGateRedis } from '../src/gate/index.js'
import { type OwnRedis, startOwnRedis } from './gate-redis.js'

/** So many, since Redis answers only after each thousand of them. */
const keyCount = 30_000
/** Microseconds for each key at least, so that reading them all takes seconds. */
const slowToLoad = ['--key-load-delay', '40', '--loading-process-events-interval-bytes', '1024']
const soonMs = 500

let own: OwnRedis
beforeAll(async () => {
  own = await startOwnRedis()
})
afterAll(() => own?.remove())

it('a Redis that reads its file again after a crash is used as soon as it has, not when its guess of the time is over', async () => {
  const before = new Redis(own.url)
  const pipeline = before.pipeline()
  for (let key = 0; key < keyCount; key++) pipeline.set(`key-${key}`, key)
  await pipeline.exec()
  before.disconnect()
  await own.kill()

  const loaded = own.start(...slowToLoad).then(() => performance.now())
  // Sees the server from its first moment on.
  const observer = new Redis(own.url, { enableReadyCheck: false, retryStrategy: () => 10, maxRetriesPerRequest: null })
  observer.on('error', () => undefined)
  await expect.poll(() => observer.info('persistence'), { interval: 5, timeout: 30_000 }).toMatch(/^loading:1/m)
  const gate = connectGateRedis(own.url)
  const answered = gate.dbsize().then((keys) => ({ keys, at: performance.now() }))

  const [loadedAt, { keys, at }] = await Promise.all([loaded, answered])
  expect(keys).toBe(keyCount)
  expect(at - loadedAt).toBeLessThan(soonMs)
  observer.disconnect()
  gate.disconnect()
})
