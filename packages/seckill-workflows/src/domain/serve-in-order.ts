import type { Purchase } from '../contract/purchase.js'
import { inLaneOrder } from './lane-order.js'

/** Lanes that get units, and lanes that do not. */
export interface Served {
  readonly served: readonly Purchase[]
  readonly unserved: readonly Purchase[]
  /** Units of the served lanes. */
  readonly units: number
}

/**
 * Gives `available` units out in lane order, as if the lanes came one by one: a lane that asks for more than is left gets
 * nothing, and a later lane that asks for less still may be served.
 */
export function serveInOrder(lanes: readonly Purchase[], available: number): Served {
  const served: Purchase[] = []
  const unserved: Purchase[] = []
  let units = 0
  for (const lane of inLaneOrder(lanes)) {
    const fits = units + lane.quantity <= available
    if (fits) units += lane.quantity
    ;(fits ? served : unserved).push(lane)
  }
  return { served, unserved, units }
}

/** Units the lanes ask for together. */
export function unitsOf(lanes: readonly Purchase[]): number {
  return lanes.reduce((sum, lane) => sum + lane.quantity, 0)
}
