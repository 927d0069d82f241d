import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LimitedServer, limitedServer } from '../../saga-core/test/limited/limited-server.js'
import { createActivities } from '../src/activities/index.js'
import { readBooks } from './harness/books.js'
import { type DatabaseProxy, startDatabaseProxy } from './harness/database-proxy.js'
import { newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'
import { startWorker, type TestWorker } from './harness/worker.js'

/** So low that the events of one outage pass them: a call that is retried ends a workflow task every 1.6 seconds. */
const limits = { suggestedAt: 30, terminatedAt: 90 }

let sale: Sale
let server: LimitedServer
let proxy: DatabaseProxy
let db: Sale['db']
let worker: TestWorker
beforeAll(async () => {
  ;[sale, server] = await Promise.all([startSale(), limitedServer(limits)])
  proxy = await startDatabaseProxy(sale.url)
  db = connectDatabase(proxy.url)
  const { gate, payment } = sale
  worker = await startWorker(newRunId(0), createActivities({ db, gate, payment }), sale.db, server.address)
})
afterAll(async () => {
  await worker?.stop()
  if (db) await closeDatabase(db)
  proxy?.close()
  await Promise.all([sale?.close(), server?.stop()])
})

describe('a purchase run whose database is away for longer than a history can be', () => {
  it('continues as new, and completes with one order for each lane once the database is back', async () => {
    const voucherId = await sale.open({ total: 5 })
    const runId = newRunId(voucherId)
    const lanes = await sale.admit(
      voucherId,
      runId,
      [1, 2, 3, 4, 5].map((userId) => ({ userId })),
    )
    proxy.goAway()
    const handle = await worker.start(runId, lanes)
    const runs = new Set<string>()
    const continued = async () => runs.add((await handle.describe()).runId).size
    await expect.poll(continued, { timeout: 200_000, interval: 200 }).toBeGreaterThan(3)
    await proxy.comeBack()

    expect(await worker.paid(handle)).toMatchObject({ lanes: 5, completed: 5, except: [] })
    const { orders, campaign } = await readBooks(sale.db, voucherId)
    expect(orders.map(({ reservation_id }) => reservation_id).toSorted()).toEqual(
      lanes.map(({ reservationId }) => reservationId).toSorted(),
    )
    expect(campaign).toEqual({ claimed: 5, total: 5, quantity: 0 })
    const lengths: number[] = []
    for await (const { historyLength = 0 } of worker.client.workflow.list({ query: `WorkflowId = "${runId}"` }))
      lengths.push(historyLength)
    expect(lengths.length).toBeGreaterThan(3)
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(limits.terminatedAt)
    expect(Math.max(...lengths)).toBeLessThan(limits.terminatedAt)
  }, 300_000)
})
