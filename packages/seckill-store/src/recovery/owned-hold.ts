import type { PackedHold } from '../gate/packed.js'
import type { PurchaseState } from '../mysql/index.js'
import type { OwnedLane } from './purchases.js'

const states: Readonly<Record<PurchaseState, PackedHold['state']>> = {
  PROCESSING: 'A',
  AWAITING_PAYMENT: 'A',
  PAID: 'A',
  REFUSED: 'R',
  CANCELLED: 'R',
  EXPIRED: 'R',
  REFUNDED: 'R',
}

/** The hold that a purchase should have; `known` is the one that Redis has. */
export function ownedHold(purchase: OwnedLane, known: PackedHold | null): PackedHold {
  const state = states[purchase.state]
  return {
    state,
    userId: purchase.userId,
    quantity: purchase.units,
    seq: purchase.seq,
    admittedAt: purchase.admittedAt,
    termsVersion: purchase.termsVersion || (known?.termsVersion ?? 0),
    keyDigest: purchase.keyDigest ?? known?.keyDigest ?? '',
    runId: purchase.owner,
    reason: state === 'R' ? (purchase.reason ?? purchase.state) : '',
  }
}
