import type { Hold } from 'seckill-store/gate'
import type { OrderStatus, PurchaseStatus, RefundStatus } from 'seckill-store/mysql'
import type { QueuePlace } from './queue-watch.js'

/** A purchase as shown to its buyer; times in epoch milliseconds. */
export type PurchaseView = PurchaseState & {
  readonly traceId: string
  readonly voucherId: number
  readonly quantity: number
  readonly admittedAt: number
}

type PurchaseState = Queued | AwaitingPayment | { readonly status: 'PROCESSING' | 'ATTENTION' } | Paid | Ended

interface Queued extends QueuePlace {
  readonly status: 'QUEUED'
}

interface AwaitingPayment {
  readonly status: 'AWAITING_PAYMENT'
  readonly orderId: string
  readonly payBefore: number
  /** The order is being closed: no payment can be started any more, and one on its way is awaited. */
  readonly isClosing: boolean
  /** The end of the extension that a payment got which was on its way at `payBefore`. */
  readonly extendedUntil: number | null
}

interface Paid {
  readonly status: 'PAID'
  readonly orderId: string
  readonly refund: RefundView | null
}

interface Ended {
  readonly status: 'REFUSED' | 'CANCELLED' | 'EXPIRED' | 'REFUNDED'
  readonly reason: string | null
  readonly refund: RefundView | null
}

/** Money that goes back (`PENDING`, whatever the provider said so far) or went back (`DONE`). */
interface RefundView {
  readonly state: 'PENDING' | 'DONE'
  readonly amountMinor: number
  readonly currency: string
}

/** The view of a purchase that MySQL has. */
export function viewOfPurchase(purchase: PurchaseStatus): PurchaseView {
  const { reservationId: traceId, voucherId, units: quantity, admittedAt } = purchase
  return { traceId, voucherId, quantity, admittedAt, ...stateOf(purchase) }
}

/** The view of a purchase that only the gate has; `place` is that of a waiting one. */
export function viewOfHold(hold: Hold, place: QueuePlace): PurchaseView {
  const { reservationId: traceId, voucherId, quantity, admittedAt } = hold
  return { traceId, voucherId, quantity, admittedAt, ...stateOfHold(hold, place) }
}

/** Reports whether nothing of the purchase will change any more, unless an operator refunds it later. */
export function isFinal(view: PurchaseView): boolean {
  switch (view.status) {
    case 'QUEUED':
    case 'PROCESSING':
    case 'AWAITING_PAYMENT':
    case 'ATTENTION':
      return false
    case 'PAID':
      return view.refund === null
    case 'REFUSED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'REFUNDED':
      return view.refund?.state !== 'PENDING'
  }
}

function stateOf({ state, reason, order, refund: known }: PurchaseStatus): PurchaseState {
  const refund = refundOf(known)
  switch (state) {
    case 'PROCESSING':
      return { status: 'PROCESSING' }
    case 'AWAITING_PAYMENT':
      return order === null ? { status: 'ATTENTION' } : stateOfOrder(order, refund)
    case 'PAID':
      return order === null ? { status: 'ATTENTION' } : { status: 'PAID', orderId: order.id, refund }
    case 'REFUSED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'REFUNDED':
      return { status: state, reason, refund }
  }
}

/** An order that has closed ends its purchase once its units are back; its buyer is told at once. */
function stateOfOrder(order: OrderStatus, refund: RefundView | null): PurchaseState {
  const { id, state, payBefore, closingReason, extendedUntil } = order
  if (state === 'EXPIRED' || state === 'CANCELLED') return { status: state, reason: closingReason, refund }
  return { status: 'AWAITING_PAYMENT', orderId: id, payBefore, isClosing: state === 'CLOSING', extendedUntil }
}

function refundOf(refund: RefundStatus | null): RefundView | null {
  return refund === null ? null : { ...refund, state: refund.state === 'DONE' ? 'DONE' : 'PENDING' }
}

function stateOfHold({ state, reason }: Hold, place: QueuePlace): PurchaseState {
  switch (state) {
    case 'WAITING':
      return { status: 'QUEUED', ...place }
    case 'ASSIGNED':
      return { status: 'PROCESSING' }
    case 'RELEASED':
      return { status: 'REFUSED', reason, refund: null }
  }
}
