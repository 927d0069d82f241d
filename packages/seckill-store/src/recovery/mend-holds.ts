import { tailOf } from '../gate/input.js'
import type { PackedHold } from '../gate/packed.js'
import type { GateRedis } from '../gate/scripts.js'
import type { Gate } from '../gate/types.js'
import { knownHolds } from './known-holds.js'
import { ownedHold } from './owned-hold.js'
import { laneOf, type OwnedLane } from './purchases.js'

/** A purchase whose hold is not as it should be; `null` where it has none. */
export interface DisagreeingLane {
  readonly purchase: OwnedLane
  readonly known: PackedHold | null
}

/** The purchases, of those given, whose holds differ from what MySQL says. A purchase whose id no gate made has no hold. */
export async function disagreeingLanes(
  redis: GateRedis,
  voucherId: number,
  page: readonly OwnedLane[],
): Promise<readonly DisagreeingLane[]> {
  const owned = page.filter(({ reservationId }) => tailOf(voucherId, reservationId) !== null)
  const tails = owned.flatMap(({ reservationId }) => tailOf(voucherId, reservationId) ?? [])
  const known = await knownHolds(redis, voucherId, tails)
  return owned
    .map((purchase, at) => ({ purchase, known: known[at]?.hold ?? null }))
    .filter((lane) => ownedHold(lane.purchase, null).state !== lane.known?.state)
}

/**
 * Makes, assigns and releases the holds of purchases; returns how many. A purchase that ended gets its hold as well before it is released,
 * so that its reservation is known as used.
 */
export async function mendHolds(
  gate: Pick<Gate, 'secure' | 'release'>,
  voucherId: number,
  purchases: readonly OwnedLane[],
): Promise<number> {
  let mended = 0
  for (const [owner, owned] of Map.groupBy(purchases, (purchase) => purchase.owner)) {
    const lanes = owned.map((purchase) => laneOf(voucherId, purchase))
    mended += (await gate.secure(voucherId, owner, lanes)).secured
  }
  const releases = purchases.flatMap((purchase) => {
    const { state, reason } = ownedHold(purchase, null)
    return state === 'R' ? [{ reservationId: purchase.reservationId, reason }] : []
  })
  return mended + (await gate.release(voucherId, releases)).released
}
