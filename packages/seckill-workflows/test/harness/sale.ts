import type { Sandbox } from 'seckill-payment/testing'
import { connectGateRedis, createGate, type Gate, gateKeys, newReservationId } from 'seckill-store/gate'
import { recoverGate } from 'seckill-store/recovery'
import { type CampaignSeed, seedCampaign, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import type { PaymentOptions } from '../../src/activities/close-at-provider.js'
import { createActivities, type PurchaseActivities } from '../../src/activities/index.js'
import type { Purchase } from '../../src/contract/purchase.js'
import { Caller } from './call-step.js'
import { newRunId } from './lanes.js'
import { startSandboxPayment } from './sandbox-payment.js'

/** A database of a test file's own, the gate, and the activities on both. */
export interface Sale extends Pick<TemporaryDatabase, 'db' | 'url'> {
  readonly gate: Gate
  readonly activities: PurchaseActivities
  readonly sandbox: Sandbox
  readonly payment: PaymentOptions
  /** A new campaign, open in MySQL and at the gate; returns its voucher. */
  open(seed?: CampaignSeed): Promise<number>
  /** Admits users at the gate, one unit each unless told otherwise; returns their lanes, taken as a dispatcher takes them. */
  admit(voucherId: number, runId: string, asks: readonly Ask[]): Promise<readonly Purchase[]>
  /** Redis loses all it has of this voucher; the gate is rebuilt from MySQL. */
  loseGate(voucherId: number): Promise<void>
  /** The calls of a new run. */
  run(voucherId: number): Caller
  close(): Promise<void>
}

interface Ask {
  readonly userId: number
  readonly quantity?: number
}

/** @throws when REDIS_URL or DATABASE_MIGRATION_URL is not set. */
export async function startSale(): Promise<Sale> {
  const redisUrl = process.env.REDIS_URL
  if (redisUrl === undefined) throw new Error('REDIS_URL is not set: set it to a Redis that tests may use')
  const database = await temporaryDatabase()
  const redis = connectGateRedis(redisUrl)
  const gate = createGate(redis)
  const opened: number[] = []
  const { sandbox, payment } = await startSandboxPayment()
  const activities = createActivities({ db: database.db, gate, payment })
  return {
    db: database.db,
    url: database.url,
    gate,
    activities,
    sandbox,
    payment,
    open: async (seed) => {
      const voucherId = await openCampaign(database, gate, seed)
      opened.push(voucherId)
      return voucherId
    },
    admit: (voucherId, runId, asks) => admitAndTake(gate, voucherId, runId, asks),
    loseGate: async (voucherId) => {
      await redis.del(Object.values(gateKeys(voucherId)))
      await recoverGate({ redis, db: database.db, voucherId })
    },
    run: (voucherId) => new Caller(activities, newRunId(voucherId)),
    close: async () => {
      for (const voucherId of opened) await redis.del(Object.values(gateKeys(voucherId)))
      redis.disconnect()
      await Promise.all([database.drop(), sandbox.close()])
    },
  }
}

async function openCampaign(database: TemporaryDatabase, gate: Gate, seed?: CampaignSeed): Promise<number> {
  const seeded = await seedCampaign(database.db, seed)
  if (seeded.gate !== null) await gate.apply(seeded.gate)
  return seeded.voucherId
}

async function admitAndTake(gate: Gate, voucherId: number, runId: string, asks: readonly Ask[]) {
  for (const { userId, quantity = 1 } of asks) {
    const answer = await gate.admit({ voucherId, userId, quantity, reservationId: newReservationId(voucherId) })
    if (answer.status !== 'admitted')
      throw new Error(`The gate did not admit user ${userId}: ${JSON.stringify(answer)}`)
  }
  const taken = await gate.take({ voucherId, runId, maxLanes: asks.length, leaseMs: 60_000, maxOpenRuns: 10 })
  if (taken.status !== 'taken') throw new Error(`The gate gave no run: ${taken.status}`)
  return taken.lanes
}
