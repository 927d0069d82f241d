import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { pino } from 'pino'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BarrierCleaning, type CleaningPlan, startBarrierCleaning } from '../src/barrier-cleaning.js'
import { createEndedLanes } from '../src/ended-lanes.js'

const day = 86_400_000
const plan: CleaningPlan = { retentionMs: 45 * day, everyMs: 50, rowsAtOnce: 10, batchesARound: 2 }
const logger = pino({ level: 'silent' })

let database: TemporaryDatabase
let connection: Connection
let client: Client
let cleaning: BarrierCleaning | undefined

beforeAll(async () => {
  database = await temporaryDatabase()
  connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS as string })
  client = new Client({ connection })
})
afterEach(async () => {
  await cleaning?.stop()
  cleaning = undefined
  await sql`DELETE FROM saga_barrier`.execute(database.db)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

/** A purchase with one barrier row of this age. */
async function plant(lane: string, { state = 'REFUSED', owner = `gone-${lane}`, ageDays = 50 } = {}): Promise<void> {
  await sql`INSERT INTO purchases (reservation_id, voucher_id, user_id, units, owner, state, seq, admitted_at, taken_at)
    VALUES (${lane}, 7, 1, 1, ${owner}, ${state}, 1, 1, 1)`.execute(database.db)
  await sql`INSERT INTO saga_barrier (saga, step, phase, lane, state, token, at)
    VALUES ('purchase', 'deductStock', 0, ${lane}, 0, ${Buffer.alloc(16)}, ${Date.now() - ageDays * day})`.execute(
    database.db,
  )
}

/** A refund in this state, with one barrier row that is old. */
async function plantRefund(id: string, state: 'DONE' | 'FAILED', owner: string): Promise<void> {
  const row = { payment_id: `P-${id}`, order_id: `O-${id}`, voucher_id: 7, amount_minor: 990, currency: 'CNY' } as const
  const about = {
    kind: 'ORDER',
    reason: 'test',
    attempt: 1,
    provider_id: null,
    requested_at: 1,
    updated_at: 1,
  } as const
  await database.db
    .insertInto('refunds')
    .values({ id, state, owner, ...row, ...about })
    .execute()
  await sql`INSERT INTO saga_barrier (saga, step, phase, lane, state, token, at)
    VALUES ('refund', 'endRefund', 0, ${id}, 0, ${Buffer.alloc(16)}, ${Date.now() - 50 * day})`.execute(database.db)
}

async function lanesLeft(): Promise<readonly string[]> {
  const rows = await database.db.selectFrom('saga_barrier').select('lane').orderBy('lane').execute()
  return rows.map(({ lane }) => lane.toString())
}

it('rows of purchases that ended before the retention are deleted; in process, with an open run, or younger they stay', async () => {
  const owner = `purchase-7-${randomUUID()}`
  const parked = await client.workflow.start('parked', { taskQueue: owner, workflowId: owner })
  await plant('ended')
  await plant('in-process', { state: 'PROCESSING' })
  await plant('parked', { owner })
  await plant('young', { ageDays: 44 })
  const ended = createEndedLanes(database.db, client)
  cleaning = startBarrierCleaning(database.db, ended, plan, logger)
  await expect.poll(lanesLeft).toEqual(['in-process', 'parked', 'young'])
  await parked.terminate()
  await expect.poll(lanesLeft, { timeout: 60_000 }).toEqual(['in-process', 'young'])
})

it('rows of refunds that are done are deleted; of an open refund, or with an open run, they stay', async () => {
  const owner = `refund-${randomUUID()}`
  const open = await client.workflow.start('open', { taskQueue: owner, workflowId: owner })
  await plantRefund('R-done', 'DONE', 'refund-R-done')
  await plantRefund('R-failed', 'FAILED', 'refund-R-failed')
  await plantRefund('R-releasing', 'DONE', owner)
  cleaning = startBarrierCleaning(database.db, createEndedLanes(database.db, client), plan, logger)
  await expect.poll(lanesLeft).toEqual(['R-failed', 'R-releasing'])
  await open.terminate()
  await expect.poll(lanesLeft).toEqual(['R-failed'])
})

it('a round is bounded, and the next one goes on where it stopped, past rows that stay', async () => {
  for (let lane = 0; lane < 50; lane++) await plant(`lane-${100 + lane}`)
  const asked: (readonly string[])[] = []
  const ended = async (_saga: string, lanes: readonly string[]) => {
    asked.push(lanes)
    return lanes.filter((lane) => lane >= 'lane-140')
  }
  cleaning = startBarrierCleaning(database.db, ended, { ...plan, everyMs: 300 }, logger)
  await expect.poll(() => asked.length).toBe(2)
  expect(await lanesLeft()).toHaveLength(50)
  await expect.poll(lanesLeft, { timeout: 60_000 }).toHaveLength(40)
  for (const lanes of asked) expect(lanes.length).toBeLessThanOrEqual(10)
})
