import type { OrderState, PurchaseState, PurchaseStatus, RefundState } from 'seckill-store/mysql'
import { expect, it } from 'vitest'
import { isFinal, viewOfPurchase } from './purchase-view.js'

function purchaseOf(state: PurchaseState, order: OrderState | null, refund: RefundState | null): PurchaseStatus {
  const facts = { reservationId: '7-a', voucherId: 7, userId: 1, units: 1, owner: 'run', admittedAt: 1, endedAt: null }
  const stored = { id: 'O-7-a', payBefore: 9, closingReason: 'PAYMENT_EXPIRED', extendedUntil: null } as const
  return {
    ...facts,
    state,
    reason: null,
    order: order === null ? null : { ...stored, state: order },
    refund: refund === null ? null : { state: refund, amountMinor: 990, currency: 'CNY' },
  }
}

it.each<[string, boolean, PurchaseState, OrderState | null, RefundState | null]>([
  ['PROCESSING', false, 'PROCESSING', null, null],
  ['AWAITING_PAYMENT', false, 'AWAITING_PAYMENT', 'PENDING_PAYMENT', null],
  ['AWAITING_PAYMENT', false, 'AWAITING_PAYMENT', 'CLOSING', null],
  ['ATTENTION', false, 'AWAITING_PAYMENT', null, null],
  ['EXPIRED', true, 'AWAITING_PAYMENT', 'EXPIRED', null],
  ['PAID', true, 'PAID', 'PAID', null],
  ['ATTENTION', false, 'PAID', null, null],
  ['PAID', false, 'PAID', 'REFUNDING', 'REQUESTED'],
  ['PAID', false, 'PAID', 'REFUNDING', 'DONE'],
  ['REFUNDED', true, 'REFUNDED', 'REFUNDED', 'DONE'],
  ['REFUSED', true, 'REFUSED', null, null],
  ['EXPIRED', false, 'EXPIRED', 'EXPIRED', 'FAILED'],
  ['CANCELLED', true, 'CANCELLED', 'CANCELLED', 'DONE'],
])('a buyer sees %s, final: %s, of a purchase %s with the order %s and the refund %s', (status, final, ...stored) => {
  const view = viewOfPurchase(purchaseOf(...stored))
  expect([view.status, isFinal(view)]).toEqual([status, final])
})
