import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import {
  type AdmittedLane,
  connectGateRedis,
  createGate,
  type Gate,
  type GateConnection,
  gateKeys,
  newReservationId,
} from 'seckill-store/gate'
import type { RunCount } from 'seckill-store/invariants'
import { addTallies, type Database } from 'seckill-store/mysql'
import {
  payLanes,
  payTooLate,
  refuseLanes,
  seedCampaign,
  sellLanes,
  type TemporaryDatabase,
  temporaryDatabase,
} from 'seckill-store/testing'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'

/**
 * A sale at rest: 10 units, limit 2. Users 1 and 2 ordered 2 units and 1 and have not paid yet, user 3 has paid 1, user 4 was refused, and
 * user 5 paid too late and has the money back.
 */
export interface FinishedSale {
  readonly db: Kysely<Database>
  readonly redis: GateConnection
  readonly gate: Gate
  readonly voucherId: number
  readonly runs: RunCount
  readonly sold: readonly [AdmittedLane, AdmittedLane, AdmittedLane]
  readonly refused: AdmittedLane
  readonly returned: AdmittedLane
  readonly keys: ReturnType<typeof gateKeys>
}

/** Makes such a sale through the real gate and real rows. */
async function finishedSale(db: Kysely<Database>, redis: GateConnection): Promise<FinishedSale> {
  const gate = createGate(redis)
  const { voucherId, gate: campaign } = await seedCampaign(db, { total: 10, limitPerUser: 2 })
  if (campaign === null) throw new Error('the seeded campaign is a draft')
  await gate.apply(campaign)
  for (const [userId, quantity] of [
    [1, 2],
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 1],
  ] as const) {
    await gate.admit({ voucherId, userId, quantity, reservationId: newReservationId(voucherId) })
  }
  await addTallies(db, 'door', [{ voucherId, result: 'accepted', count: 5 }])
  const runId = `purchase-${voucherId}-${randomUUID()}`
  const taken = await gate.take({ voucherId, runId, maxLanes: 10, leaseMs: 10_000, maxOpenRuns: 1 })
  if (taken.status !== 'taken') throw new Error(`the admissions were not taken: ${taken.status}`)
  const [first, second, third, refused, returned] = taken.lanes
  if (!first || !second || !third || !refused || !returned)
    throw new Error(`${taken.lanes.length} lanes were taken, not 5`)
  await gate.settle(voucherId, runId)
  await sellLanes(db, [first, second, third, returned], runId)
  await payLanes(db, [third])
  await payTooLate(db, [returned])
  await refuseLanes(db, [refused], { owner: runId, reason: 'USER_BLOCKED' })
  await gate.release(voucherId, [
    { reservationId: refused.reservationId, reason: 'USER_BLOCKED' },
    { reservationId: returned.reservationId, reason: 'PAYMENT_EXPIRED' },
  ])
  const reservationIds = taken.lanes.map((lane) => lane.reservationId)
  const runs = { workflows: 1, openRuns: [runId], lanes: reservationIds.length, reservationIds }
  const sold = [first, second, third] as const
  return { db, redis, gate, voucherId, runs, sold, refused, returned, keys: gateKeys(voucherId) }
}

/** Deletes the gate's keys of a sale. */
export async function forgetGate(sale: FinishedSale): Promise<void> {
  await sale.redis.del(...Object.values(sale.keys))
}

/** Hands a finished sale to `take` before each test of a file, in a database of the file that `prepare` may change. */
export function beforeEachSale(
  take: (sale: FinishedSale) => void,
  prepare: (db: Kysely<Database>) => Promise<unknown> = async () => undefined,
): void {
  let database: TemporaryDatabase
  let redis: GateConnection
  let sale: FinishedSale
  beforeAll(async () => {
    database = await temporaryDatabase()
    redis = connectGateRedis(process.env.REDIS_URL ?? '')
    await prepare(database.db)
  })
  afterAll(async () => {
    redis.disconnect()
    await database.drop()
  })
  beforeEach(async () => {
    sale = await finishedSale(database.db, redis)
    take(sale)
  })
  afterEach(() => forgetGate(sale))
}
