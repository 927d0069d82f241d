import type { CampaignState, OrderState, PaymentState, PurchaseState, RefundState } from './database.js'

/** The states that may follow each state; every other transition is forbidden. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>

/** A campaign's life; an open or paused one never goes back to warm, a closed one never comes back. */
export const campaignTransitions: Transitions<CampaignState> = {
  DRAFT: ['WARM', 'CLOSED'],
  WARM: ['OPEN', 'CLOSED'],
  OPEN: ['PAUSED', 'CLOSED'],
  PAUSED: ['OPEN', 'CLOSED'],
  CLOSED: ['SETTLED'],
  SETTLED: [],
}

/** A purchase's life; CANCELLED from AWAITING_PAYMENT is the buyer's cancel or a compensation of its order. */
export const purchaseTransitions: Transitions<PurchaseState> = {
  PROCESSING: ['AWAITING_PAYMENT', 'REFUSED', 'CANCELLED'],
  AWAITING_PAYMENT: ['PAID', 'CANCELLED', 'EXPIRED'],
  PAID: ['REFUNDED'],
  REFUSED: [],
  CANCELLED: [],
  EXPIRED: [],
  REFUNDED: [],
}

/** An order's life; it expires only through CLOSING, so that money on its way is asked for first. */
export const orderTransitions: Transitions<OrderState> = {
  PENDING_PAYMENT: ['CLOSING', 'PAID', 'CANCELLED'],
  CLOSING: ['PAID', 'EXPIRED', 'CANCELLED'],
  PAID: ['REFUNDING'],
  EXPIRED: [],
  CANCELLED: [],
  REFUNDING: ['REFUNDED'],
  REFUNDED: [],
}

/** A payment's life at the provider; one that was closed can still turn out to be captured. */
export const paymentTransitions: Transitions<PaymentState> = {
  REQUESTED: ['OPEN', 'CAPTURED', 'CLOSED'],
  OPEN: ['CAPTURED', 'CLOSED'],
  CAPTURED: [],
  CLOSED: ['CAPTURED'],
}

/** A refund's life; one that failed is requested again under its next number. */
export const refundTransitions: Transitions<RefundState> = {
  REQUESTED: ['PENDING', 'FAILED', 'DONE'],
  PENDING: ['FAILED', 'DONE'],
  FAILED: ['REQUESTED', 'DONE'],
  DONE: [],
}

/** Reports whether a table of transitions lets `to` follow `from`. */
export function canTransition<State extends string>(table: Transitions<State>, from: State, to: State): boolean {
  return table[from].includes(to)
}

/** The states from which `to` can be reached in one step: the WHERE of a compare-and-set. */
export function statesBefore<State extends string>(table: Transitions<State>, to: State): readonly State[] {
  return (Object.keys(table) as State[]).filter((from) => canTransition(table, from, to))
}

/** Orders whose units count against stock and limit. */
export const liveOrderStates = [
  'PENDING_PAYMENT',
  'CLOSING',
  'PAID',
  'REFUNDING',
] as const satisfies readonly OrderState[]

/** Purchases whose units the gate holds. */
export const livePurchaseStates = ['PROCESSING', 'AWAITING_PAYMENT', 'PAID'] as const satisfies readonly PurchaseState[]
