import type { Kysely } from 'kysely'
import { type AdmittedLane, type GateCampaign, gateKeys, newReservationId } from '../src/gate/index.js'
import { type Database, type PurchaseState, writeKeys } from '../src/mysql/index.js'
import { type RecoveryOutcome, recoverGate } from '../src/recovery/index.js'
import { type CampaignSeed, seedCampaign, type TemporaryDatabase, temporaryDatabase } from '../src/testing/index.js'
import { type GateFixture, gateFixture, lanesOf, recount, takeRequest } from './gate-fixture.js'

/** A gate on a Redis of its own with a database of its own. */
export interface RecoveryFixture extends GateFixture {
  readonly db: Kysely<Database>
  readonly databaseUrl: string
  recover(voucherId: number, force?: boolean): Promise<RecoveryOutcome>
}

export async function recoveryFixture(connections = 8): Promise<RecoveryFixture> {
  const database: TemporaryDatabase = await temporaryDatabase(connections)
  const gate = await gateFixture()
  return {
    ...gate,
    db: database.db,
    databaseUrl: database.url,
    recover: (voucherId, force = false) => recoverGate({ redis: gate.redis, db: database.db, voucherId, force }),
    close: async () => {
      await gate.close()
      await database.drop()
    },
  }
}

/** A campaign in MySQL that the gate knows. */
export async function sale({ gate, db }: RecoveryFixture, seed: CampaignSeed = {}): Promise<GateCampaign> {
  const { gate: campaign } = await seedCampaign(db, { users: 1, ...seed })
  if (campaign === null) throw new Error('a draft has no gate')
  const applied = await gate.apply(campaign)
  if (applied.status !== 'applied') throw new Error(`the campaign was not applied: ${applied.status}`)
  return campaign
}

/** Takes lanes as a dispatcher does, and settles the run. */
export async function runLanes({ gate }: RecoveryFixture, voucherId: number, maxLanes: number) {
  const { lanes, runId } = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes })))
  await gate.settle(voucherId, runId)
  return { lanes, runId }
}

/** Lanes of users 1 to `count` that no gate admitted. */
export function manyLanes(voucherId: number, count: number): AdmittedLane[] {
  return Array.from({ length: count }, (_, i) => ({
    reservationId: newReservationId(voucherId),
    voucherId,
    userId: i + 1,
    quantity: 1,
    seq: i + 1,
    admittedAt: 1_700_000_000_000 + i,
    termsVersion: 1,
    keyDigest: '',
  }))
}

/** Writes what a run writes about its lanes. */
export async function own(
  { db }: RecoveryFixture,
  lanes: readonly AdmittedLane[],
  owner: string,
  state: PurchaseState,
): Promise<void> {
  if (lanes.length === 0) return
  const ended = state === 'REFUSED' || state === 'CANCELLED' || state === 'EXPIRED'
  await db
    .insertInto('purchases')
    .values(
      lanes.map((lane) => ({
        reservation_id: lane.reservationId,
        voucher_id: lane.voucherId,
        user_id: lane.userId,
        units: lane.quantity,
        owner,
        state,
        reason: ended ? 'SOLD_OUT' : null,
        order_id: null,
        seq: lane.seq,
        admitted_at: lane.admittedAt,
        taken_at: lane.admittedAt,
        ended_at: ended ? lane.admittedAt : null,
        terms_version: lane.termsVersion,
      })),
    )
    .execute()
  await writeKeys(db, lanes)
}

/** kill -9 of Redis and a new start, with or without its last commands. */
export async function restart({ server, redis }: RecoveryFixture, lostCommands = 0): Promise<void> {
  const closed = new Promise<void>((resolve) => redis.once('close', resolve))
  await server.kill()
  await closed
  if (lostCommands > 0) await server.dropLastCommands(lostCommands)
  const ready = new Promise<void>((resolve) => redis.once('ready', resolve))
  await server.start()
  await ready
}

/** The counters, with the sum that must always hold checked against a count of the holds themselves. */
export async function soundAudit({ gate, redis }: RecoveryFixture, voucherId: number) {
  const audit = await gate.audit(voucherId)
  if (audit === null) throw new Error(`the gate does not know voucher ${voucherId}`)
  const { held, liveHolds } = await recount(gate, voucherId)
  if (audit.held !== held || audit.liveHolds !== liveHolds) throw new Error('counters and holds differ')
  if (audit.stock !== Math.max(audit.total - audit.held, 0)) throw new Error('total is not stock and held')
  const leftovers = await redis.hmget(gateKeys(voucherId).campaign, 'rebuild', 'rebuild_until', 'half', 'replay')
  return { ...audit, leftovers: leftovers.filter((field) => field !== null).length }
}
