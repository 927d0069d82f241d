import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { connectGateRedis } from 'seckill-store/gate'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { buy, send, startSale } from './sale.js'

let server: ChildProcess
let redis: ReturnType<typeof connectGateRedis>
let api: ApiUnderTest

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

beforeAll(async () => {
  const port = await freePort()
  const persistence = ['--save', '', '--appendonly', 'no']
  server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', ...persistence], { stdio: 'ignore' })
  redis = connectGateRedis(`redis://127.0.0.1:${port}`)
  redis.on('error', () => {})
  await vi.waitFor(() => redis.ping(), { timeout: 60_000 })
  api = await startApi({ env: { REDIS_URL: `redis://127.0.0.1:${port}` } })
})
afterAll(async () => {
  await api.close()
  redis.disconnect()
  server.kill('SIGKILL')
})

it('while Redis is full a purchase is 503 and nothing is taken, readiness says so, and a pause reaches the gate', async () => {
  const { voucherId } = await startSale(api)
  await redis.config('SET', 'maxmemory', '1mb')
  const answer = await buy(api, voucherId, 1)
  expect([answer.status, answer.body.error, answer.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '1'])
  expect(await api.dependencies.gate.audit(voucherId)).toMatchObject({ seq: 0, stock: 10 })
  const notReady = {
    status: 503,
    body: { data: { checks: { redis: { ok: false, problem: 'takes no writes: OOM' } } } },
  }
  await vi.waitFor(async () => expect(await send(`${api.url}/ready`)).toMatchObject(notReady), { timeout: 60_000 })
  const pause = await callAdmin(api, { method: 'POST', path: `/campaigns/${voucherId}/pause` })
  expect(pause).toMatchObject({ status: 200, body: { data: { gate: { status: 'in-step' } } } })
  await redis.config('SET', 'maxmemory', '0')
  await vi.waitFor(async () => expect((await send(`${api.url}/ready`)).status).toBe(200), { timeout: 60_000 })
  expect((await buy(api, voucherId, 1)).body.error).toBe('PAUSED')
})
