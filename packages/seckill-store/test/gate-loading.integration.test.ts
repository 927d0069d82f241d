import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectGateRedis } from '../src/gate/index.js'

/** So many, since Redis answers only after each thousand of them. */
const KEYS = 30_000
/** Microseconds for each key at least, so that reading them all takes seconds. */
const KEY_LOAD_DELAY = 40
const SOON_MS = 500

let dir: string
let port: number
let server: ChildProcess | undefined
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'seckill-loading-'))
  port = await freePort()
})
afterAll(() => {
  server?.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function start(...more: readonly string[]): ChildProcess {
  const config = { port, bind: '127.0.0.1', dir, appendonly: 'yes', save: '' }
  const args = Object.entries(config).flatMap(([name, value]) => [`--${name}`, String(value)])
  return spawn('redis-server', [...args, ...more], { stdio: 'ignore' })
}

/** Sees the server from its first moment on. */
const observer = () => new Redis({ port, enableReadyCheck: false, retryStrategy: () => 10, maxRetriesPerRequest: null })

async function untilLoaded(redis: Redis): Promise<void> {
  await expect.poll(() => redis.info('persistence'), { interval: 5, timeout: 15_000 }).toMatch(/^loading:0/m)
}

it('a Redis that reads its file again after a crash is used as soon as it has, not when its guess of the time is over', async () => {
  server = start()
  const before = observer()
  await untilLoaded(before)
  const pipeline = before.pipeline()
  for (let key = 0; key < KEYS; key++) pipeline.set(`key-${key}`, key)
  await pipeline.exec()
  before.disconnect()
  server.kill('SIGKILL')
  await once(server, 'exit')

  server = start('--key-load-delay', String(KEY_LOAD_DELAY), '--loading-process-events-interval-bytes', '1024')
  const after = observer()
  after.on('error', () => undefined)
  await expect.poll(() => after.info('persistence'), { interval: 5, timeout: 15_000 }).toMatch(/^loading:1/m)
  const gate = connectGateRedis(`redis://127.0.0.1:${port}`)
  const answered = gate.dbsize().then((keys) => ({ keys, at: performance.now() }))
  await untilLoaded(after)
  const loadedAt = performance.now()

  const { keys, at } = await answered
  expect(keys).toBe(KEYS)
  expect(at - loadedAt).toBeLessThan(SOON_MS)
  after.disconnect()
  gate.disconnect()
})
