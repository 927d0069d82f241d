import { connectGateRedis, createGate } from 'seckill-store/gate'
import { connectDatabase } from 'seckill-store/mysql'
import { expect, it } from 'vitest'
import { awaitRest } from './await-rest.js'

it('a sale whose servers do not answer is asked until the time is over; the error has the last cause', async () => {
  // No connection is ever made, so none has to be closed.
  const db = connectDatabase('mysql://sale@127.0.0.1:1/seckill', { poolSize: 1 })
  const redis = connectGateRedis('redis://127.0.0.1:1')
  redis.on('error', () => {})
  const startedAt = performance.now()
  const waiting = awaitRest({ db, gate: createGate(redis) }, 7, { timeoutMs: 600 })
  await expect(waiting).rejects.toThrow(/voucher 7 is not at rest after 0.6 s; it cannot be read: .*ECONNREFUSED/)
  expect(performance.now() - startedAt).toBeGreaterThan(600)
  redis.disconnect()
})
