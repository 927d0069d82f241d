import { announce } from './announce.js'
import { checkRoom, type Made } from './create-payment.js'
import { paymentById } from './find.js'
import { nextVersion } from './next-version.js'
import { commit, newId, type Provider } from './provider.js'
import type { Payment, Refund } from './records.js'
import { Refusal } from './refusal.js'
import { isCaptured, stateAfterRefund } from './transitions.js'

/** Refunds of one payment, in any state. */
const maxRefunds = 100

/** What the merchant asks to be refunded; `amount` in minor units. */
export interface RefundRequest {
  readonly amount: number
  readonly reason: string
}

/**
 * Refunds a part of a captured payment, or finds the refund that its key has made. The refund is pending, or has ended already.
 *
 * @throws Refusal NOT_FOUND, KEY_REUSED, PAYMENT_NOT_CAPTURED, REFUND_EXCEEDS with what is left, TOO_MANY_REFUNDS, FULL
 */
export function requestRefund(
  provider: Provider,
  paymentId: string,
  idempotencyKey: string,
  request: RefundRequest,
): Made<Refund> {
  const payment = paymentById(provider, paymentId)
  const known = provider.store.refundOfKey(idempotencyKey)
  if (known !== undefined) return { record: sameRefund(known, paymentId, request), replayed: true }
  checkRefundable(payment, request.amount)
  checkRoom(provider)
  const { refundPendingMs } = behaviourTo(provider, payment)
  const now = Math.max(provider.now(), lastRefundAt(provider))
  const fails = failsNext(provider, payment)
  const refund: Refund = {
    ...request,
    id: newId('ref'),
    version: 1,
    idempotencyKey,
    paymentId,
    state: 'pending',
    createdAt: now,
    updatedAt: now,
    settlesAt: now + refundPendingMs,
    fails,
  }
  if (refundPendingMs === 0) return { record: settle(provider, payment, refund), replayed: false }
  const pendingAmount = payment.pendingAmount + refund.amount
  const reserved = nextVersion(payment, now, { pendingAmount, refunds: payment.refunds + 1 })
  commit(provider, { verb: 'note', expected: payment, payment: reserved, refund: { next: refund } })
  settleWhenDue(provider, refund)
  return { record: refund, replayed: false }
}

/** Ends a pending refund at its time. */
export function settleWhenDue(provider: Provider, { id, paymentId, settlesAt }: Refund): void {
  provider.timers.at(settlesAt, () => {
    const refund = provider.store.refund(id)
    if (refund?.state === 'pending') settle(provider, paymentById(provider, paymentId), refund, refund)
  })
}

function sameRefund(known: Refund, paymentId: string, { amount, reason }: RefundRequest): Refund {
  if (known.paymentId === paymentId && known.amount === amount && known.reason === reason) return known
  throw new Refusal('KEY_REUSED')
}

function checkRefundable(payment: Payment, amount: number): void {
  if (!isCaptured(payment.state)) throw new Refusal('PAYMENT_NOT_CAPTURED', { payment })
  const left = payment.terms.amount - payment.refundedAmount - payment.pendingAmount
  if (amount > left) throw new Refusal('REFUND_EXCEEDS', { left })
  if (payment.refunds >= maxRefunds) throw new Refusal('TOO_MANY_REFUNDS')
}

function behaviourTo({ behaviours }: Provider, { id, terms }: Payment) {
  return behaviours.of({ paymentId: id, merchantReference: terms.merchantReference })
}

function failsNext(provider: Provider, payment: Payment): boolean {
  const failed = provider.store.refundsOf(payment.id).filter(({ fails }) => fails).length
  return failed < behaviourTo(provider, payment).refundFailures
}

function lastRefundAt({ store: { refunds } }: Provider): number {
  return refunds.length === 0 ? 0 : refunds.at(refunds.length - 1).createdAt
}

/** Ends a refund; `reserved` is its record when it was pending before, and its amount is then no longer reserved. */
function settle(provider: Provider, expected: Payment, refund: Refund, reserved?: Refund): Refund {
  const now = provider.now()
  const state = refund.fails ? 'failed' : 'succeeded'
  const next: Refund = reserved === undefined ? { ...refund, state } : nextVersion(reserved, now, { state })
  const refundedAmount = expected.refundedAmount + (refund.fails ? 0 : refund.amount)
  const payment = nextVersion(expected, now, {
    state: refund.fails ? expected.state : stateAfterRefund(expected.terms.amount, refundedAmount),
    refundedAmount,
    pendingAmount: expected.pendingAmount - (reserved === undefined ? 0 : refund.amount),
    refunds: expected.refunds + (reserved === undefined ? 1 : 0),
  })
  const callback = announce(provider, refund.fails ? 'refund.failed' : 'refund.succeeded', payment, next)
  const change = {
    expected,
    payment,
    callback,
    refund: { next, ...(reserved === undefined ? {} : { expected: reserved }) },
  }
  commit(provider, { verb: refund.fails ? 'note' : 'refund', ...change })
  return next
}
