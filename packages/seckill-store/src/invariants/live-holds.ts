import type { SaleToCheck } from './types.js'

const holdsAtOnce = 500

/** The units of the live holds that the gate has of reservations, by their ids; a reservation without one is left out. */
export async function liveHoldsOf(
  { gate, voucherId }: Pick<SaleToCheck, 'gate' | 'voucherId'>,
  reservationIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const live = new Map<string, number>()
  for (let first = 0; first < reservationIds.length; first += holdsAtOnce) {
    const ids = reservationIds.slice(first, first + holdsAtOnce)
    for (const hold of await Promise.all(ids.map((id) => gate.hold(voucherId, id)))) {
      if (hold !== null && hold.state !== 'RELEASED') live.set(hold.reservationId, hold.quantity)
    }
  }
  return live
}
