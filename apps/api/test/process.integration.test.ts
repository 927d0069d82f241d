import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { localEnvironment } from './api-under-test.js'
import { send } from './sale.js'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))

let database: TemporaryDatabase
let folder: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'seckill-api-'))
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await database.drop()
  await rm(folder, { recursive: true })
})

function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [entry], { env: { PATH: process.env.PATH, ...env } })
  children.add(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.err += chunk
  })
  return { child, output, exited: once(child, 'exit').finally(() => children.delete(child)) }
}

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
    const { child, output, exited } = run(env)
    const ports = await vi.waitFor(async () => JSON.parse(await readFile(readyFile, 'utf8')), { timeout: 15_000 })
    await vi.waitFor(async () => expect((await send(`http://127.0.0.1:${ports.port}/ready`)).status).toBe(200), {
      timeout: 5_000,
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
    const { output, exited } = run({ SECKILL_MODE: 'local', PORT: 'http' })
    expect(await exited).toEqual([1, null])
    for (const name of ['PORT', 'REDIS_URL', 'DATABASE_URL', 'AUTH_LOCAL_SECRET']) expect(output.err).toContain(name)
  })

  it('exits 1 when a port is taken', async () => {
    const readyFile = join(folder, 'first.json')
    const env = { ...localEnvironment(database.url), PORT: '0', ADMIN_PORT: '0' }
    const first = run({ ...env, READY_FILE: readyFile })
    const ports = await vi.waitFor(async () => JSON.parse(await readFile(readyFile, 'utf8')), { timeout: 15_000 })
    const second = run({ ...env, PORT: String(ports.port) })
    expect(await second.exited).toEqual([1, null])
    expect(second.output.err).toContain('EADDRINUSE')
    first.child.kill('SIGTERM')
    await first.exited
  })
})
