import { type PackedHold, unpackHold, unpackLane } from '../gate/packed.js'
import { parseReservationId } from '../gate/reservation-id.js'
import { isHoldField } from '../gate/scan-holds.js'
import type { PurchaseState } from '../mysql/index.js'
import type { OwnedLane } from './purchases.js'
import type { Survivors } from './survivors.js'

const states: Readonly<Record<PurchaseState, PackedHold['state']>> = {
  PROCESSING: 'A',
  AWAITING_PAYMENT: 'A',
  PAID: 'A',
  REFUSED: 'R',
  CANCELLED: 'R',
  EXPIRED: 'R',
}

/**
 * Every hold a voucher should have, by tail: what survived in Redis, then the lanes of its stream and of its run
 * records, then what MySQL owns, which overrules the others. A purchase whose id no gate made has no hold.
 */
export function mergeHolds(
  voucherId: number,
  survivors: Survivors,
  purchases: readonly OwnedLane[],
): Map<string, PackedHold> {
  const holds = new Map<string, PackedHold>()
  for (const [field, text] of survivors.fields) {
    const hold = isHoldField(field) ? unpackHold(text) : null
    if (hold !== null) holds.set(field, hold)
  }
  for (const text of survivors.waiting) addLane(holds, voucherId, text, '')
  for (const [run, texts] of survivors.records) for (const text of texts) addLane(holds, voucherId, text, run)
  for (const purchase of purchases) addPurchase(holds, voucherId, purchase)
  return holds
}

function addLane(holds: Map<string, PackedHold>, voucherId: number, text: string, runId: string): void {
  const lane = unpackLane(voucherId, text)
  const tail = lane === null ? undefined : parseReservationId(lane.reservationId)?.tail
  if (lane === null || tail === undefined) return
  const known = holds.get(tail)
  if (known !== undefined && known.state !== 'W') return
  const { userId, quantity, seq, admittedAt } = lane
  const key = known?.key ?? ''
  holds.set(tail, { state: runId === '' ? 'W' : 'A', userId, quantity, seq, admittedAt, key, runId, reason: '' })
}

function addPurchase(holds: Map<string, PackedHold>, voucherId: number, purchase: OwnedLane): void {
  const id = parseReservationId(purchase.reservationId)
  if (id?.voucherId !== voucherId) return
  const known = holds.get(id.tail)
  const state = states[purchase.state]
  holds.set(id.tail, {
    state,
    userId: purchase.userId,
    quantity: purchase.units,
    seq: purchase.seq,
    admittedAt: purchase.admittedAt,
    key: known?.key ?? '',
    runId: purchase.owner,
    reason: state === 'R' ? (purchase.reason ?? purchase.state) : '',
  })
}
