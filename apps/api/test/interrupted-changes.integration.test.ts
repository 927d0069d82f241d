import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createGate } from 'seckill-store/gate'
import { findCampaign, pauseCampaign } from 'seckill-store/mysql'
import { type CampaignSeed, seedCampaign, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { localEnvironment } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { startUrlProxy } from './proxy.js'
import { redisOf } from './redis-of.js'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const redis = redisOf()
const gate = createGate(redis)

let database: TemporaryDatabase
let folder: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'interrupted-'))
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  redis.disconnect()
  await database.drop()
  await rm(folder, { recursive: true })
})

/** Starts a process of the API, and waits until it serves. */
async function startProcess(redisUrl: string) {
  const readyFile = join(folder, `${children.size}.json`)
  const env = {
    ...localEnvironment(database.url),
    PORT: '0',
    ADMIN_PORT: '0',
    READY_FILE: readyFile,
    REDIS_URL: redisUrl,
  }
  const child = spawn(process.execPath, [entry], { env: { PATH: process.env.PATH, ...env } })
  children.add(child)
  const ports = await vi.waitFor(async () => JSON.parse(await readFile(readyFile, 'utf8')), { timeout: 20_000 })
  const kill = async () => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  return { adminUrl: `http://127.0.0.1:${ports.adminPort}`, kill }
}

async function openSale(seed: CampaignSeed = {}): Promise<number> {
  const seeded = await seedCampaign(database.db, { total: 4, ...seed })
  if (seeded.gate !== null) await gate.apply(seeded.gate)
  return seeded.voucherId
}

async function pausedSale(): Promise<number> {
  const voucherId = await openSale()
  const paused = await pauseCampaign(database.db, voucherId, { actor: 'test' })
  if (paused.gate !== null) await gate.apply(paused.gate)
  return voucherId
}

interface Change {
  readonly voucherId: number
  readonly path: string
  readonly method?: string
  readonly body?: object
  /** What MySQL has after it, and the gate once it follows. */
  readonly result: object
}

it('a pause, a resume, an edit, a restock and a close that were cut off between MySQL and the gate are finished by the next process', async () => {
  const changes: readonly Change[] = [
    { voucherId: await openSale(), path: '/pause', result: { state: 'PAUSED' } },
    { voucherId: await pausedSale(), path: '/open', result: { state: 'OPEN' } },
    { voucherId: await openSale(), path: '', method: 'PATCH', body: { limitPerUser: 3 }, result: { version: 4 } },
    { voucherId: await openSale(), path: '/restock', body: { units: 5 }, result: { total: 9 } },
    { voucherId: await openSale(), path: '/close', result: { state: 'CLOSED' } },
  ]
  const before = await Promise.all(changes.map(({ voucherId }) => gate.audit(voucherId)))
  const proxy = await startUrlProxy(process.env.REDIS_URL ?? '')
  const first = await startProcess(proxy.url)
  proxy.down()
  const asked = changes.map(async ({ voucherId, path, method = 'POST', body = {} }) => {
    const { version } = (await findCampaign(database.db, voucherId)) ?? { version: 0 }
    const headers = { 'if-match': `"${version}"` }
    return callAdmin(first, { method, path: `/campaigns/${voucherId}${path}`, body, headers })
  })
  const answered = Promise.allSettled(asked)
  for (const { voucherId, result } of changes) {
    await vi.waitFor(async () => expect(await findCampaign(database.db, voucherId)).toMatchObject(result))
  }
  await first.kill()
  await answered
  await proxy.close()
  const counters = (audits: readonly (object | null)[]) => audits.map((audit) => ({ ...audit, now: 0 }))
  expect(counters(await Promise.all(changes.map(({ voucherId }) => gate.audit(voucherId))))).toEqual(counters(before))

  const next = await startProcess(process.env.REDIS_URL ?? '')
  for (const { voucherId, result } of changes) {
    await vi.waitFor(async () => expect(await gate.audit(voucherId)).toMatchObject(result), { timeout: 60_000 })
  }
  await next.kill()
})
