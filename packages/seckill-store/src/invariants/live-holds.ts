import type { SaleToCheck } from './types.js'

/** The units of the live holds that the gate has, by reservation. */
export type LiveHolds = ReadonlyMap<string, number>

/** Reads all live holds of a voucher. */
export async function readLiveHolds({ gate, voucherId }: Pick<SaleToCheck, 'gate' | 'voucherId'>): Promise<LiveHolds> {
  const live = new Map<string, number>()
  for await (const page of gate.holds(voucherId)) {
    for (const { state, reservationId, quantity } of page) if (state !== 'RELEASED') live.set(reservationId, quantity)
  }
  return live
}

/** Units of live holds together. */
export function unitsOf(live: LiveHolds): number {
  return [...live.values()].reduce((units, quantity) => units + quantity, 0)
}
