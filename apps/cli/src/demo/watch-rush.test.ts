import { setTimeout as delay } from 'node:timers/promises'
import { connectGateRedis, createGate } from 'seckill-store/gate'
import { connectDatabase } from 'seckill-store/mysql'
import { expect, it } from 'vitest'
import { createLiveLine } from '../output/live-line.js'
import { watchRush } from './watch-rush.js'

it('a watch goes on while MySQL and Redis do not answer, and ends with the last progress', async () => {
  // No connection is ever made, so none has to be closed.
  const db = connectDatabase('mysql://nobody@127.0.0.1:1/seckill', { poolSize: 1 })
  const redis = connectGateRedis('redis://127.0.0.1:1')
  redis.on('error', () => {})
  let shown = ''
  const write = (text: string): void => {
    shown += text
  }
  const results = { accepted: 0, soldOut: 0, duplicate: 0, rejected: 0, failed: 0 }
  const watch = watchRush({ db, gate: createGate(redis) }, { voucherId: 1, stock: 10, line: createLiveLine({ write }) })
  await delay(300)
  watch.onProgress({ planned: 10, sent: 5, answered: 0, results, retried: 0 })
  await watch.end()
  expect(shown).toContain('sent 50%')
  redis.disconnect()
})
