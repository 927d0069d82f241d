import type { Gate, Hold } from 'seckill-store/gate'
import {
  type Campaign,
  type CampaignState,
  type OrderStatus,
  type PurchaseStatus,
  unsettledStates,
} from 'seckill-store/mysql'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import type { AcceptedPurchases } from './accepted-purchases.js'
import type { CampaignBook } from './campaign-book.js'

/** A purchase as shown to its buyer; times in epoch milliseconds. */
export type PurchaseView = PurchaseState & {
  readonly traceId: string
  readonly voucherId: number
  readonly quantity: number
  readonly admittedAt: number
}

type PurchaseState =
  | { readonly status: 'QUEUED' | 'PROCESSING' | 'ATTENTION' }
  | AwaitingPayment
  | { readonly status: 'PAID'; readonly orderId: string }
  | { readonly status: 'REFUSED' | 'CANCELLED' | 'EXPIRED' | 'REFUNDED'; readonly reason: string | null }

interface AwaitingPayment {
  readonly status: 'AWAITING_PAYMENT'
  readonly orderId: string
  readonly payBefore: number
  /** The order is being closed: no payment can be started any more, and one on its way is awaited. */
  readonly isClosing: boolean
  /** The end of the extension that a payment got which was on its way at `payBefore`. */
  readonly extendedUntil: number | null
}

export interface PurchaseStatusDependencies {
  readonly gate: Pick<Gate, 'hold' | 'audit'>
  readonly findPurchase: (reservationId: string) => Promise<PurchaseStatus | undefined>
  readonly campaigns: CampaignBook
  readonly accepted: Pick<AcceptedPurchases, 'has'>
}

function ofPurchase({ state, reason, order }: PurchaseStatus): PurchaseState {
  switch (state) {
    case 'PROCESSING':
      return { status: 'PROCESSING' }
    case 'AWAITING_PAYMENT':
      return order === null ? { status: 'ATTENTION' } : ofOrder(order)
    case 'PAID':
      return order === null ? { status: 'ATTENTION' } : { status: 'PAID', orderId: order.id }
    case 'REFUSED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'REFUNDED':
      return { status: state, reason }
  }
}

/** An order that has closed ends its purchase once its units are back; its buyer is told at once. */
function ofOrder({ id, state, payBefore, closingReason, extendedUntil }: OrderStatus): PurchaseState {
  if (state === 'EXPIRED' || state === 'CANCELLED') return { status: state, reason: closingReason }
  return { status: 'AWAITING_PAYMENT', orderId: id, payBefore, isClosing: state === 'CLOSING', extendedUntil }
}

function ofHold({ state, reason }: Hold): PurchaseState {
  switch (state) {
    case 'WAITING':
      return { status: 'QUEUED' }
    case 'ASSIGNED':
      return { status: 'PROCESSING' }
    case 'RELEASED':
      return { status: 'REFUSED', reason }
  }
}

const servedStates: ReadonlySet<CampaignState> = new Set(unsettledStates)

/** Reports whether the gate has the campaign's purchases: it is warmed up and not settled. */
export function isServed({ state }: Pick<Campaign, 'state'>): boolean {
  return servedStates.has(state)
}

/** A purchase that a run has taken, as its buyer sees it. */
export function viewOfPurchase(purchase: PurchaseStatus): PurchaseView {
  const { reservationId: traceId, voucherId, units: quantity, admittedAt } = purchase
  return { traceId, voucherId, quantity, admittedAt, ...ofPurchase(purchase) }
}

/** A purchase that only the gate knows, as its buyer sees it. */
export function viewOfHold(hold: Hold): PurchaseView {
  const { reservationId: traceId, voucherId, quantity, admittedAt } = hold
  return { traceId, voucherId, quantity, admittedAt, ...ofHold(hold) }
}

/**
 * Reads the status of a user's purchase from MySQL by primary key, else from the gate's hold; never from a workflow.
 *
 * @throws ApiError RECOVERING while the gate is recovering, NOT_FOUND for an unknown id or another user's
 */
export function createPurchaseStatus({ gate, findPurchase, campaigns, accepted }: PurchaseStatusDependencies) {
  /** A gate that serves no such sale is never recovered. */
  const recovering = async (voucherId: number): Promise<boolean> => {
    const campaign = (await campaigns.recent()).get(voucherId)
    if (campaign === undefined || !isServed(campaign)) return false
    const audit = await gate.audit(voucherId)
    return audit === null || audit.state === 'RECOVERING'
  }

  const fromGate = async (traceId: string, voucherId: number, userId: number): Promise<PurchaseView> => {
    const hold = await gate.hold(voucherId, traceId)
    if (hold !== null && hold.userId === userId) return viewOfHold(hold)
    // A purchase that was accepted and that Redis has lost is ended in MySQL within seconds.
    if (hold === null && (accepted.has(traceId, userId) || (await recovering(voucherId)))) {
      throw new ApiError('RECOVERING', { retryAfterMs: 1_000 })
    }
    throw new ApiError('NOT_FOUND')
  }

  const read = async (traceId: string, voucherId: number, userId: number): Promise<PurchaseView> => {
    const purchase = await findPurchase(traceId)
    if (purchase === undefined) return fromGate(traceId, voucherId, userId)
    if (purchase.userId !== userId) throw new ApiError('NOT_FOUND')
    return viewOfPurchase(purchase)
  }

  return (traceId: string, voucherId: number, userId: number): Promise<PurchaseView> =>
    answered(read(traceId, voucherId, userId))
}

/** Reads the status of a user's purchase; see {@link createPurchaseStatus}. */
export type ReadPurchaseStatus = ReturnType<typeof createPurchaseStatus>
