import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { toColumns } from 'saga-core'
import { newReservationId } from 'seckill-store/gate'
import { seedCampaign, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { type PurchaseRun, purchaseRunPrefix, purchaseTaskQueue, purchaseWorkflow } from 'seckill-workflows'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const address = process.env.TEMPORAL_ADDRESS as string
/** Of this file, so that no other worker takes its runs. */
const namespace = `seckill-workers-${process.pid}-${Date.now()}`

let database: TemporaryDatabase
let connection: Connection
let client: Client
let directory: string
const started = new Set<ChildProcess>()

beforeAll(async () => {
  database = await temporaryDatabase()
  directory = await mkdtemp(join(tmpdir(), 'seckill-workers-'))
  connection = await Connection.connect({ address })
  const retention = { seconds: 86_400 as never }
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
  client = new Client({ connection, namespace })
})
afterEach(async () => {
  for (const child of started) await kill(child, 'SIGKILL')
})
afterAll(async () => {
  await connection.close()
  await database.drop()
  await rm(directory, { recursive: true })
})

interface Launched {
  readonly child: ChildProcess
  /** Everything it has written so far. */
  output(): string
}

function launch(changes: NodeJS.ProcessEnv = {}): Launched {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    DATABASE_URL: database.url,
    REDIS_URL: process.env.REDIS_URL,
    SECKILL_MODE: 'local',
    INSTALLATION_KEYS_FILE: join(directory, 'installation-keys.json'),
    ...changes,
  }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.add(child)
  child.once('exit', () => started.delete(child))
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return { child, output: () => text }
}

/** Starts a worker and waits for its READY_FILE; returns where its probes are. */
async function launchReady(changes: NodeJS.ProcessEnv = {}) {
  const readyFile = join(directory, `${Math.random()}.json`)
  const launched = launch({ READY_FILE: readyFile, ...changes })
  const ports = await expect
    .poll(() => readFile(readyFile, 'utf8').then(JSON.parse), { timeout: 30_000, interval: 20 })
    .toEqual({ healthPort: expect.any(Number) })
    .then(() => readFile(readyFile, 'utf8').then(JSON.parse))
  return { ...launched, probe: (path: string) => fetch(`http://127.0.0.1:${ports.healthPort}${path}`) }
}

async function kill(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
}

async function openCampaign(total: number): Promise<number> {
  const { voucherId } = await seedCampaign(database.db, { total, users: total })
  return voucherId
}

/** Statements that other sessions of this database are running. */
async function statementsOf(holder: TemporaryDatabase['db'], beginning: string) {
  const { rows } = await sql`
    SELECT id FROM information_schema.processlist
    WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE ${`${beginning}%`}`.execute(holder)
  return rows
}

async function startRun(voucherId: number, count: number) {
  const lanes = Array.from({ length: count }, (_, index) => ({
    reservationId: newReservationId(voucherId),
    voucherId,
    userId: index + 1,
    quantity: 1,
    seq: index + 1,
    admittedAt: Date.now(),
    termsVersion: 1,
    keyDigest: '',
  }))
  const handle = await client.workflow.start<PurchaseRun>(purchaseWorkflow, {
    workflowId: `${purchaseRunPrefix(voucherId)}${crypto.randomUUID()}`,
    taskQueue: purchaseTaskQueue,
    args: [toColumns(lanes)],
    workflowTaskTimeout: '2s',
  })
  const orders = () => database.db.selectFrom('orders').selectAll().where('voucher_id', '=', voucherId).execute()
  return { handle, orders }
}

describe('a worker process', () => {
  it('runs purchases, answers its probes, and stops on SIGTERM with code 0', async () => {
    const { child, probe, output } = await launchReady()
    expect((await probe('/health')).status).toBe(200)
    expect(await (await probe('/ready')).json()).toEqual({ status: 'ready', problems: {} })
    expect((await probe('/elsewhere')).status).toBe(404)
    const { handle, orders } = await startRun(await openCampaign(20), 20)
    expect(await handle.result()).toMatchObject({ completed: 20 })
    expect(await orders()).toHaveLength(20)
    await kill(child, 'SIGTERM')
    expect(child.exitCode).toBe(0)
    const lines = output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => line.msg)).toEqual(expect.arrayContaining(['working', 'stopped']))
  })

  it('that was killed in a run leaves it to the next worker, which completes it with one order a lane', async () => {
    const first = await launchReady()
    const voucherId = await openCampaign(20)
    const holder = await database.db.startTransaction().execute()
    await holder.selectFrom('stock').selectAll().where('voucher_id', '=', voucherId).forUpdate().execute()
    const { handle, orders } = await startRun(voucherId, 20)
    // Users and vouchers are checked, and the stock waits for the row this test holds.
    await expect.poll(() => statementsOf(holder, 'update `stock`')).toHaveLength(1)
    await kill(first.child, 'SIGKILL')
    await holder.rollback().execute()
    await launchReady()
    expect(await handle.result()).toMatchObject({ completed: 20 })
    expect(await orders()).toHaveLength(20)
  })

  it('lets the steps in flight end before it stops', async () => {
    const { child } = await launchReady()
    const voucherId = await openCampaign(5)
    const { handle, orders } = await startRun(voucherId, 5)
    await expect
      .poll(() => database.db.selectFrom('purchases').selectAll().where('voucher_id', '=', voucherId).execute())
      .toHaveLength(5)
    await kill(child, 'SIGTERM')
    expect(child.exitCode).toBe(0)
    await launchReady()
    expect(await handle.result()).toMatchObject({ completed: 5 })
    expect(await orders()).toHaveLength(5)
  })

  it('deletes old barrier rows of ended purchases', async () => {
    const { handle } = await startRun(await openCampaign(3), 3)
    await launchReady({ BARRIER_CLEANING_MS: '100' })
    expect(await handle.result()).toMatchObject({ completed: 3 })
    const rows = () => database.db.selectFrom('saga_barrier').select('lane').where('at', '=', 1).execute()
    await sql`UPDATE saga_barrier SET at = 1`.execute(database.db)
    await expect.poll(rows).toEqual([])
  })

  it('is not ready while the gate is down, but alive, and runs purchases', async () => {
    const { probe } = await launchReady({ REDIS_URL: 'redis://127.0.0.1:1' })
    expect((await probe('/health')).status).toBe(200)
    const ready = await probe('/ready')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ problems: { gate: expect.any(String) } })
    const { handle } = await startRun(await openCampaign(3), 3)
    expect(await handle.result()).toMatchObject({ completed: 3 })
  })
})

describe('a worker process that cannot start', () => {
  it('names every problem of its configuration at once and exits with 1', async () => {
    const { child, output } = launch({ DATABASE_URL: 'nonsense', REDIS_URL: '', TEMPORAL_ADDRESS: '' })
    await once(child, 'close')
    expect(child.exitCode).toBe(1)
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS']) expect(output()).toContain(name)
  })

  it.each([
    [
      'the database',
      { DATABASE_URL: 'mysql://nobody:secret@127.0.0.1:1/seckill' },
      'mysql://nobody@127.0.0.1:1/seckill',
    ],
    ['Temporal', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, '127.0.0.1:1'],
    ['the namespace', { TEMPORAL_NAMESPACE: 'seckill-nowhere' }, 'seckill-nowhere'],
  ])('waits a bounded time for %s, then exits with 1 and an error that names it', async (_, changes, named) => {
    const { child, output } = launch({ ...changes, START_TIMEOUT_MS: '600', LOG_LEVEL: 'silent' })
    await once(child, 'close')
    expect(child.exitCode).toBe(1)
    expect(output()).toContain(named)
    expect(output()).toContain('did not answer within 600 ms')
    expect(output()).not.toContain('secret')
  })
})
