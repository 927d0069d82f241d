/** A purchase as `GET /api/v1/purchases/:traceId` shows it; times in epoch milliseconds. */
export interface Purchase {
  readonly traceId: string
  readonly voucherId: number
  readonly quantity: number
  readonly admittedAt: number
  readonly status:
    | 'QUEUED'
    | 'PROCESSING'
    | 'AWAITING_PAYMENT'
    | 'PAID'
    | 'REFUSED'
    | 'CANCELLED'
    | 'EXPIRED'
    | 'REFUNDED'
    | 'ATTENTION'
  readonly orderId?: string
  readonly payBefore?: number
  /** No payment can be started any more, and one on its way is awaited. */
  readonly isClosing?: boolean
  readonly extendedUntil?: number | null
  readonly reason?: string | null
  /** The place in the queue, from 1; `null` where it is not known. */
  readonly place?: number | null
  /** The time until it is served, and by how much that may be off, in milliseconds. */
  readonly expectedWait?: { readonly expectedMs: number; readonly errorMs: number } | null
  /** Money that goes back, or went back. */
  readonly refund?: {
    readonly state: 'PENDING' | 'DONE'
    readonly amountMinor: number
    readonly currency: string
  } | null
}

/** A purchase's state as its buyer is told it; `closing` is an unpaid order on its way to its end. */
export type PurchaseState = Purchase['status'] | 'CLOSING'

export function stateOf({ status, isClosing }: Purchase): PurchaseState {
  return status === 'AWAITING_PAYMENT' && isClosing === true ? 'CLOSING' : status
}

const ended: ReadonlySet<PurchaseState> = new Set(['PAID', 'REFUSED', 'CANCELLED', 'EXPIRED', 'REFUNDED'])
const cancellable: ReadonlySet<PurchaseState> = new Set(['QUEUED', 'PROCESSING', 'AWAITING_PAYMENT'])

/** Reports whether a purchase changes no more by itself; a paid one may still be refunded. */
export function hasEnded(purchase: Purchase): boolean {
  return ended.has(stateOf(purchase)) && purchase.refund?.state !== 'PENDING'
}

/** Reports whether its buyer may cancel it. */
export function isCancellable(purchase: Purchase): boolean {
  return cancellable.has(stateOf(purchase))
}

/** Reports whether the purchase uses up its buyer's limit. */
export function isLive(purchase: Purchase): boolean {
  return purchase.status === 'PAID' || !hasEnded(purchase)
}
