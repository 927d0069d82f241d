import type { Purchase } from '../contract/purchase.js'

/** Lanes as the gate admitted them: the order in which scarce units are given out. */
export function inLaneOrder(lanes: readonly Purchase[]): readonly Purchase[] {
  return lanes.toSorted((a, b) => a.seq - b.seq)
}
