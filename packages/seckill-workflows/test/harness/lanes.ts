import { randomUUID } from 'node:crypto'
import { newReservationId } from 'seckill-store/gate'
import type { Purchase } from '../../src/contract/purchase.js'

/** Lanes of one voucher, admitted one after the other just now by users 1, 2, 3, …, with one unit each. */
export function lanesOf(voucherId: number, count: number, changes: (index: number) => Partial<Purchase> = () => ({})) {
  return Array.from({ length: count }, (_, index): Purchase => {
    const reservationId = newReservationId(voucherId)
    const input = { userId: index + 1, quantity: 1, seq: index + 1, admittedAt: Date.now() }
    return { reservationId, voucherId, ...input, termsVersion: 1, keyDigest: '', ...changes(index) }
  })
}

/** The id of a run that no other test has. */
export function newRunId(voucherId: number): string {
  return `purchase-${voucherId}-${randomUUID()}`
}
