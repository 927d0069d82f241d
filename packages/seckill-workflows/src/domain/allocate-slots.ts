import type { Purchase } from '../contract/purchase.js'
import { inLaneOrder } from './lane-order.js'

/** One unit of a user's limit, taken by a lane; slots count from 1 to the limit. */
export interface SlotClaim {
  readonly reservationId: string
  readonly userId: number
  readonly slot: number
}

/** The slots given out, and the lanes for which too few were free. */
export interface SlotAllocation {
  readonly claims: readonly SlotClaim[]
  readonly overLimit: readonly Purchase[]
}

/** Gives each lane the lowest free slots of its user, one a unit, in lane order; a lane gets all its slots or none. */
export function allocateSlots(
  lanes: readonly Purchase[],
  limitPerUser: number,
  taken: readonly { readonly userId: number; readonly slot: number }[],
): SlotAllocation {
  const takenByUser = new Map<number, Set<number>>()
  for (const { userId, slot } of taken) slotsOf(takenByUser, userId).add(slot)
  const claims: SlotClaim[] = []
  const overLimit: Purchase[] = []
  for (const lane of inLaneOrder(lanes)) {
    const used = slotsOf(takenByUser, lane.userId)
    const slots = lowestFree(used, limitPerUser, lane.quantity)
    if (slots === undefined) {
      overLimit.push(lane)
      continue
    }
    for (const slot of slots) {
      used.add(slot)
      claims.push({ reservationId: lane.reservationId, userId: lane.userId, slot })
    }
  }
  return { claims, overLimit }
}

function slotsOf(byUser: Map<number, Set<number>>, userId: number): Set<number> {
  const known = byUser.get(userId)
  if (known !== undefined) return known
  const empty = new Set<number>()
  byUser.set(userId, empty)
  return empty
}

function lowestFree(used: ReadonlySet<number>, limit: number, count: number): readonly number[] | undefined {
  const free: number[] = []
  for (let slot = 1; slot <= limit && free.length < count; slot += 1) if (!used.has(slot)) free.push(slot)
  return free.length === count ? free : undefined
}
