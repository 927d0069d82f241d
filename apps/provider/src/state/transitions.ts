import type { PaymentState, RefundState } from './records.js'

/** What changes the state of a payment. */
export type PaymentChange = 'begin' | 'fail' | 'capture' | 'close' | 'captureLate' | 'refund'

/**
 * The allowed transitions of a payment, from state to state, and the change that makes each. A payment that is captured late was
 * answered as closed before: only a behaviour does that.
 */
const paymentTransitions: Readonly<Record<PaymentState, Readonly<Partial<Record<PaymentState, PaymentChange>>>>> = {
  open: { open: 'fail', pending: 'begin', captured: 'capture', closed: 'close' },
  pending: { open: 'fail', captured: 'capture' },
  closed: { captured: 'captureLate' },
  captured: { partlyRefunded: 'refund', refunded: 'refund' },
  partlyRefunded: { partlyRefunded: 'refund', refunded: 'refund' },
  refunded: {},
}

/** The allowed transitions of a refund. */
export const refundTransitions: Readonly<Record<RefundState, readonly RefundState[]>> = {
  pending: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
}

/** Reports whether a change may take a payment from one state to another. */
export function allows(change: PaymentChange, from: PaymentState, to: PaymentState): boolean {
  return paymentTransitions[from][to] === change
}

/** Reports whether money of the payment has been captured, whatever was refunded since. */
export function isCaptured(state: PaymentState): boolean {
  return state === 'captured' || state === 'partlyRefunded' || state === 'refunded'
}

/** The state of a captured payment of which `refunded` of `amount` minor units went back. */
export function stateAfterRefund(amount: number, refunded: number): 'partlyRefunded' | 'refunded' {
  return refunded === amount ? 'refunded' : 'partlyRefunded'
}
