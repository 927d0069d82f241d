import type { Purchase } from 'seckill-client/public'

export type { Purchase }

/** Money that goes back, or went back. */
export type Refund = NonNullable<Extract<Purchase, { readonly status: 'PAID' }>['refund']>

/** A purchase's state as its buyer is told it; `closing` is an unpaid order on its way to its end. */
export type PurchaseState = Purchase['status'] | 'CLOSING'

export function stateOf(purchase: Purchase): PurchaseState {
  return purchase.status === 'AWAITING_PAYMENT' && purchase.isClosing ? 'CLOSING' : purchase.status
}

const ended: ReadonlySet<PurchaseState> = new Set(['PAID', 'REFUSED', 'CANCELLED', 'EXPIRED', 'REFUNDED'])
const cancellable: ReadonlySet<PurchaseState> = new Set(['QUEUED', 'PROCESSING', 'AWAITING_PAYMENT'])

/** Reports whether a purchase changes no more by itself; a paid one may still be refunded. */
export function hasEnded(purchase: Purchase): boolean {
  return ended.has(stateOf(purchase)) && refundOf(purchase)?.state !== 'PENDING'
}

/** The money of a purchase that goes back, or went back. */
export function refundOf(purchase: Purchase): Refund | null {
  return 'refund' in purchase ? purchase.refund : null
}

/** Reports whether its buyer may cancel it. */
export function isCancellable(purchase: Purchase): boolean {
  return cancellable.has(stateOf(purchase))
}

/** Reports whether the purchase uses up its buyer's limit. */
export function isLive(purchase: Purchase): boolean {
  return purchase.status === 'PAID' || !hasEnded(purchase)
}
