import type { Kysely } from 'kysely'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis } from '../gate/scripts.js'
import type { Gate } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { disagreeingLanes, mendHolds } from './mend-holds.js'
import { type LanePosition, purchasePage } from './purchases.js'

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
  const wrong = await disagreeingLanes(redis, voucherId, page)
  const mended = await mendHolds(
    stores.gate,
    voucherId,
    wrong.map(({ purchase }) => purchase),
  )
  const end = page.length < rowsPerSweep ? undefined : page.at(-1)
  if (end !== undefined || after !== undefined) await writePosition(redis, voucherId, end)
  return mended
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
