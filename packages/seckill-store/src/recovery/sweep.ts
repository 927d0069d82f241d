import type { Kysely } from 'kysely'
import { tailOf } from '../gate/input.js'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis } from '../gate/scripts.js'
import type { AdmittedLane, Gate } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { knownHolds } from './known-holds.js'
import { ownedHold } from './owned-hold.js'
import { type LanePosition, type OwnedLane, purchasePage } from './purchases.js'

/** Bounds a sweep to some milliseconds of MySQL, of Redis and of the process. */
const rowsPerSweep = 1_000

/** The stores of an open gate. */
export interface SweepStores {
  readonly redis: GateRedis
  readonly gate: Gate
  readonly db: Kysely<Database>
}

/**
 * Compares the next page of MySQL's purchases with the holds of an open gate, by reservation, and mends what differs; gives each run
 * record its lease. The position lies in Redis, so that any process goes on where another one stopped.
 * @returns the number of holds that it made, assigned or released
 */
export async function sweepGate(stores: SweepStores, voucherId: number): Promise<number> {
  const { redis, db } = stores
  const { runs, leases } = gateKeys(voucherId)
  await redis.seckillLease(runs, leases)
  const after = await readPosition(redis, voucherId)
  const page = await purchasePage(db, voucherId, { after, rows: rowsPerSweep })
  const wrong = await disagreeing(redis, voucherId, page)
  const mended = await mend(stores.gate, voucherId, wrong)
  const end = page.length < rowsPerSweep ? undefined : page.at(-1)
  if (end !== undefined || after !== undefined) await writePosition(redis, voucherId, end)
  return mended
}

async function disagreeing(redis: GateRedis, voucherId: number, page: readonly OwnedLane[]): Promise<OwnedLane[]> {
  const owned = page.filter(({ reservationId }) => tailOf(voucherId, reservationId) !== null)
  const tails = owned.flatMap(({ reservationId }) => tailOf(voucherId, reservationId) ?? [])
  const known = await knownHolds(redis, voucherId, tails)
  return owned.filter((purchase, at) => ownedHold(purchase, null).state !== known[at]?.hold?.state)
}

/** A purchase that ended gets its hold as well before it is released, so that its reservation is known as used. */
async function mend(gate: Gate, voucherId: number, wrong: readonly OwnedLane[]): Promise<number> {
  let mended = 0
  for (const [owner, purchases] of Map.groupBy(wrong, (purchase) => purchase.owner)) {
    const lanes = purchases.map((purchase) => laneOf(voucherId, purchase))
    mended += (await gate.secure(voucherId, owner, lanes)).secured
  }
  const releases = wrong.flatMap((purchase) => {
    const { state, reason } = ownedHold(purchase, null)
    return state === 'R' ? [{ reservationId: purchase.reservationId, reason }] : []
  })
  return mended + (await gate.release(voucherId, releases)).released
}

function laneOf(voucherId: number, purchase: OwnedLane): AdmittedLane {
  const { reservationId, userId, units, seq, admittedAt, keyDigest } = purchase
  const lane = { reservationId, voucherId, userId, quantity: units, seq, admittedAt }
  return { ...lane, termsVersion: 0, keyDigest: keyDigest ?? '' }
}

async function readPosition(redis: GateRedis, voucherId: number): Promise<LanePosition | undefined> {
  const text = await redis.hget(gateKeys(voucherId).campaign, 'swept')
  const [seq, reservationId] = (text ?? '').split('|')
  return seq === undefined || reservationId === undefined ? undefined : { seq: Number(seq), reservationId }
}

async function writePosition(redis: GateRedis, voucherId: number, end: LanePosition | undefined): Promise<void> {
  const { campaign } = gateKeys(voucherId)
  if (end === undefined) await redis.hdel(campaign, 'swept')
  else await redis.hset(campaign, 'swept', `${end.seq}|${end.reservationId}`)
}
