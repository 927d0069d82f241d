import { once } from 'node:events'
import { sql } from 'kysely'
import { toColumns } from 'saga-core'
import { newReservationId } from 'seckill-store/gate'
import { seedCampaign, type TemporaryDatabase } from 'seckill-store/testing'
import { type PurchaseRun, purchaseRunPrefix, purchaseTaskQueue, purchaseWorkflow } from 'seckill-workflows'
import { payOrders } from 'seckill-workflows/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { kill, openWorkerProcesses, type WorkerProcesses } from './worker-processes.js'

let processes: WorkerProcesses

beforeAll(async () => {
  processes = await openWorkerProcesses()
})
afterEach(() => processes.killAll())
afterAll(() => processes.close())

async function openCampaign(total: number): Promise<number> {
  const { voucherId } = await seedCampaign(processes.db, { total, users: total })
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
  const handle = await processes.client.workflow.start<PurchaseRun>(purchaseWorkflow, {
    workflowId: `${purchaseRunPrefix(voucherId)}${crypto.randomUUID()}`,
    taskQueue: purchaseTaskQueue,
    args: [toColumns(lanes)],
    workflowTaskTimeout: '2s',
  })
  const orders = () => processes.db.selectFrom('orders').selectAll().where('voucher_id', '=', voucherId).execute()
  return { handle, orders }
}

describe('a worker process', () => {
  it('runs purchases, answers its probes, and stops on SIGTERM with code 0', async () => {
    const { child, probe, output } = await processes.launchReady()
    expect((await probe('/health')).status).toBe(200)
    expect(await (await probe('/ready')).json()).toEqual({ status: 'ready', problems: {} })
    expect((await probe('/elsewhere')).status).toBe(404)
    const { orders } = await startRun(await openCampaign(20), 20)
    await expect.poll(orders, { timeout: 60_000 }).toHaveLength(20)
    await kill(child, 'SIGTERM')
    expect(child.exitCode).toBe(0)
    const lines = output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => line.msg)).toEqual(expect.arrayContaining(['working', 'stopped']))
  })

  it('that was killed in a run leaves it to the next worker, which completes it with one order a lane', async () => {
    const first = await processes.launchReady()
    const voucherId = await openCampaign(20)
    const holder = await processes.db.startTransaction().execute()
    await holder.selectFrom('stock').selectAll().where('voucher_id', '=', voucherId).forUpdate().execute()
    const { orders } = await startRun(voucherId, 20)
    // Users and vouchers are checked, and the stock waits for the row this test holds.
    await expect.poll(() => statementsOf(holder, 'update `stock`')).toHaveLength(1)
    await kill(first.child, 'SIGKILL')
    await holder.rollback().execute()
    await processes.launchReady()
    await expect.poll(orders, { timeout: 60_000 }).toHaveLength(20)
  })

  it('lets the steps in flight end before it stops', async () => {
    const { child } = await processes.launchReady()
    const voucherId = await openCampaign(5)
    const { orders } = await startRun(voucherId, 5)
    await expect
      .poll(() => processes.db.selectFrom('purchases').selectAll().where('voucher_id', '=', voucherId).execute())
      .toHaveLength(5)
    await kill(child, 'SIGTERM')
    expect(child.exitCode).toBe(0)
    await processes.launchReady()
    await expect.poll(orders, { timeout: 60_000 }).toHaveLength(5)
  })

  it('deletes old barrier rows of ended purchases', async () => {
    const voucherId = await openCampaign(3)
    const { handle, orders } = await startRun(voucherId, 3)
    await processes.launchReady({ BARRIER_CLEANING_MS: '100' })
    await expect.poll(orders, { timeout: 60_000 }).toHaveLength(3)
    await payOrders(processes.db, handle)
    expect(await handle.result()).toMatchObject({ completed: 3 })
    const rows = () => processes.db.selectFrom('saga_barrier').select('lane').where('at', '=', 1).execute()
    await sql`UPDATE saga_barrier SET at = 1 WHERE lane LIKE ${`${voucherId}-%`}`.execute(processes.db)
    await expect.poll(rows).toEqual([])
  })

  it('is not ready while the gate is down, but alive, and runs purchases', async () => {
    const { probe } = await processes.launchReady({ REDIS_URL: 'redis://127.0.0.1:1' })
    expect((await probe('/health')).status).toBe(200)
    const ready = await probe('/ready')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ problems: { gate: expect.any(String) } })
    const { orders } = await startRun(await openCampaign(3), 3)
    await expect.poll(orders, { timeout: 60_000 }).toHaveLength(3)
  })
})

describe('a worker process that cannot start', () => {
  it('names every problem of its configuration at once and exits with 1', async () => {
    const { child, output } = processes.launch({ DATABASE_URL: 'nonsense', REDIS_URL: '', TEMPORAL_ADDRESS: '' })
    await once(child, 'close')
    expect(child.exitCode).toBe(1)
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS']) expect(output()).toContain(name)
  })

  it('does not start where the keys of the installation are missing, outside local mode', async () => {
    const keys = { SECKILL_MODE: 'production', INSTALLATION_KEYS_FILE: '/nowhere/installation-keys.json' }
    const { child, output } = processes.launch(keys)
    await once(child, 'close')
    expect(child.exitCode).toBe(1)
    expect(output()).toContain('there is no file /nowhere/installation-keys.json')
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
    const { child, output } = processes.launch({ ...changes, START_TIMEOUT_MS: '600', LOG_LEVEL: 'silent' })
    await once(child, 'close')
    expect(child.exitCode).toBe(1)
    expect(output()).toContain(named)
    expect(output()).toContain('did not answer within 600 ms')
    expect(output()).not.toContain('secret')
  })
})
