import type { Kysely } from 'kysely'
import type { GateConnection } from '../gate/connect.js'
import { gateKeys } from '../gate/keys.js'
import { unpackLane } from '../gate/packed.js'
import { withScripts } from '../gate/scripts.js'
import type { Gate, Hold } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { disagreeingLanes } from './mend-holds.js'
import { ownedHold } from './owned-hold.js'
import { type OwnedLane, purchasePages } from './purchases.js'

const entriesPerRead = 1_000

/** The stores of a sale; `redis` is the gate's connection. */
export interface ComparedStores {
  readonly redis: GateConnection
  readonly gate: Pick<Gate, 'liveHolds'>
  readonly db: Kysely<Database>
}

/** The differences between an open gate and MySQL, by reservation. */
export interface HoldDifferences {
  /** Live holds that MySQL has no purchase of, and that neither the stream nor a run record has. */
  readonly orphaned: readonly Hold[]
  /** Live purchases without a hold, or with one that still waits: the gate can sell their units again. */
  readonly unheld: readonly OwnedLane[]
  /** Purchases that ended, whose hold is live or was lost: their units are not on sale. */
  readonly unreleased: readonly OwnedLane[]
  /** Live purchases whose hold was released: the gate sells their units again. */
  readonly released: readonly OwnedLane[]
}

/**
 * Compares all holds of an open gate with MySQL's purchases. What moves meanwhile looks like a difference; it is none of the next reading.
 * The holds are read first, then the stream and the run records, MySQL last: an admission goes that way.
 */
export async function readHoldDifferences(
  { redis, gate, db }: ComparedStores,
  voucherId: number,
): Promise<HoldDifferences> {
  const orphans = new Map<string, Hold>(await gate.liveHolds(voucherId))
  const records = new Set(await redis.hkeys(gateKeys(voucherId).runs))
  for (const [id, { runId }] of orphans) if (runId !== null && records.has(runId)) orphans.delete(id)
  for await (const id of queued(redis, voucherId)) orphans.delete(id)
  const unheld: OwnedLane[] = []
  const unreleased: OwnedLane[] = []
  const released: OwnedLane[] = []
  for await (const page of purchasePages(db, voucherId)) {
    for (const { reservationId } of page) orphans.delete(reservationId)
    for (const { purchase, known } of await disagreeingLanes(withScripts(redis), voucherId, page)) {
      const isLive = ownedHold(purchase, null).state === 'A'
      if (!isLive) unreleased.push(purchase)
      else if (known?.state === 'R') released.push(purchase)
      else unheld.push(purchase)
    }
  }
  return { orphaned: [...orphans.values()], unheld, unreleased, released }
}

/** The reservations in the stream. */
async function* queued(redis: GateConnection, voucherId: number): AsyncGenerator<string> {
  const { admissions } = gateKeys(voucherId)
  let from: string | undefined = '-'
  while (from !== undefined) {
    const entries: [string, string[]][] = await redis.xrange(admissions, from, '+', 'COUNT', entriesPerRead)
    for (const [, fields] of entries) {
      const lane = unpackLane(voucherId, String(fields[1]))
      if (lane !== null) yield lane.reservationId
    }
    from = entries.length < entriesPerRead ? undefined : `(${entries.at(-1)?.[0]}`
  }
}
