import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { killApis, portsIn, runApi } from './api-process.js'
import { localEnvironment } from './api-under-test.js'
import { send } from './sale.js'

let database: TemporaryDatabase
let folder: string

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'seckill-api-'))
})
afterAll(async () => {
  killApis()
  await database.drop()
  await rm(folder, { recursive: true })
})

describe('the process', () => {
  it('writes its ports to the ready file and a log line, and on SIGTERM drains and exits 0', async () => {
    const readyFile = join(folder, 'ready.json')
    const env = {
      ...localEnvironment(database.url),
      PORT: '0',
      ADMIN_PORT: '0',
      READY_FILE: readyFile,
      LOG_LEVEL: 'info',
    }
    const { child, output, exited } = runApi(env)
    const ports = await portsIn(readyFile)
    await vi.waitFor(async () => expect((await send(`http://127.0.0.1:${ports.port}/ready`)).status).toBe(200), {
      timeout: 60_000,
    })
    expect((await send(`http://127.0.0.1:${ports.adminPort}/health`)).status).toBe(200)
    const listening = output.out.split('\n').map((line) => (line === '' ? {} : JSON.parse(line)))
    expect(listening).toContainEqual(expect.objectContaining({ msg: 'listening', ...ports }))
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(output.out).toContain('"msg":"stopped"')
    expect(output.err).toBe('')
  })

  it('refuses to start on an invalid configuration, and names each invalid variable', async () => {
    const { output, exited } = runApi({ SECKILL_MODE: 'local', PORT: 'http' })
    expect(await exited).toEqual([1, null])
    for (const name of ['PORT', 'REDIS_URL', 'DATABASE_URL', 'AUTH_LOCAL_SECRET']) expect(output.err).toContain(name)
  })

  it('exits 1 when a port is taken', async () => {
    const readyFile = join(folder, 'first.json')
    const env = { ...localEnvironment(database.url), PORT: '0', ADMIN_PORT: '0' }
    const first = runApi({ ...env, READY_FILE: readyFile })
    const ports = await portsIn(readyFile)
    const second = runApi({ ...env, PORT: String(ports.port) })
    expect(await second.exited).toEqual([1, null])
    expect(second.output.err).toContain('EADDRINUSE')
    first.child.kill('SIGTERM')
    await first.exited
  })
})
