import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client'
import { pino } from 'pino'
import { createRunStarter, createStartRun } from 'seckill-intake/starting'
import { connectGateRedis, createGate, newReservationId } from 'seckill-store/gate'
import { seedCampaign, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { countRuns } from 'seckill-workflows/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { directHandover } from '../src/dispatcher/handover.js'
import { createRound } from '../src/dispatcher/round.js'
import { createMetrics } from '../src/observe/metrics.js'

/** A search attribute that no namespace has: Temporal answers INVALID_ARGUMENT. */
const unknownAttribute = { NotRegistered: ['x'] }

let database: TemporaryDatabase
let connection: Connection
const redis = connectGateRedis(process.env.REDIS_URL ?? '')

beforeAll(async () => {
  database = await temporaryDatabase()
  connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS as string })
})
afterAll(async () => {
  redis.disconnect()
  await connection.close()
  await database.drop()
})

it('a purchase that Temporal refuses for good is found by halving and put aside; the others of its run start, and the sale goes on', async () => {
  const { voucherId, gate: campaign } = await seedCampaign(database.db, { total: 20 })
  if (campaign === null) throw new Error('the campaign is a draft')
  const gate = createGate(redis)
  await gate.apply(campaign)
  const admit = async (userId: number): Promise<string> => {
    const reservationId = newReservationId(voucherId)
    await gate.admit({ voucherId, userId, quantity: 1, reservationId })
    return reservationId
  }
  const ids = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(admit))
  const poison = ids[5] ?? ''
  const refusing: WorkflowClientInterceptor = {
    start: (input, next) => {
      const refused = JSON.stringify(input.options.args).includes(poison)
      const options = refused ? { ...input.options, searchAttributes: unknownAttribute } : input.options
      return next({ ...input, options })
    },
  }
  const client = new Client({ connection, interceptors: { workflow: [refusing] } })
  const metrics = createMetrics()
  const logger = pino({ level: 'silent' })
  const starter = createRunStarter(client, 5_000)
  const startRun = createStartRun({ gate, starter, metrics: metrics.dispatch, logger })
  const round = createRound({
    gate,
    handover: directHandover(startRun),
    recover: async () => undefined,
    config: { maxLanes: 100, leaseMs: 60_000 },
    metrics: metrics.dispatch,
    logger,
  })
  const untilIdle = async (): Promise<void> => {
    while ((await round(voucherId, () => undefined)) !== 'idle');
  }

  await untilIdle()
  expect(await gate.audit(voucherId)).toMatchObject({ waiting: 0, runs: 1, liveHolds: 8 })
  expect(await metrics.registry.metrics()).toContain('seckill_dispatch_put_aside_total 1')
  const late = await admit(9)
  await untilIdle()
  const others = [...ids.filter((id) => id !== poison), late].sort()
  await expect
    .poll(async () => [...(await countRuns(client, voucherId)).reservationIds].sort(), { timeout: 60_000 })
    .toEqual(others)
  expect(await gate.hold(voucherId, poison)).toMatchObject({ state: 'ASSIGNED' })
})
