import { describe, expect, test } from 'vitest'
import {
  campaignTransitions,
  canTransition,
  liveOrderStates,
  livePurchaseStates,
  orderTransitions,
  paymentTransitions,
  purchaseTransitions,
  refundTransitions,
  statesBefore,
  type Transitions,
} from './transitions.js'

/** All pairs `from→to` a table allows. */
function allowedPairs<State extends string>(table: Transitions<State>): readonly string[] {
  const states = Object.keys(table) as State[]
  return states.flatMap((from) => states.filter((to) => canTransition(table, from, to)).map((to) => `${from}→${to}`))
}

describe('over all pairs of states', () => {
  test('a campaign moves on, may pause, and never comes back', () => {
    expect(allowedPairs(campaignTransitions)).toEqual([
      'DRAFT→WARM',
      'DRAFT→CLOSED',
      'WARM→OPEN',
      'WARM→CLOSED',
      'OPEN→PAUSED',
      'OPEN→CLOSED',
      'PAUSED→OPEN',
      'PAUSED→CLOSED',
      'CLOSED→SETTLED',
    ])
  })

  test('an order is paid until it has ended, and expires only through closing', () => {
    expect(allowedPairs(orderTransitions)).toEqual([
      'PENDING_PAYMENT→CLOSING',
      'PENDING_PAYMENT→PAID',
      'PENDING_PAYMENT→CANCELLED',
      'CLOSING→PAID',
      'CLOSING→EXPIRED',
      'CLOSING→CANCELLED',
      'PAID→REFUNDING',
      'REFUNDING→REFUNDED',
    ])
  })

  test('a purchase ends once', () => {
    expect(allowedPairs(purchaseTransitions)).toEqual([
      'PROCESSING→AWAITING_PAYMENT',
      'PROCESSING→REFUSED',
      'PROCESSING→CANCELLED',
      'AWAITING_PAYMENT→PAID',
      'AWAITING_PAYMENT→CANCELLED',
      'AWAITING_PAYMENT→EXPIRED',
      'PAID→REFUNDED',
    ])
  })

  test('a payment that was closed may still be captured, a captured one stays captured', () => {
    expect(allowedPairs(paymentTransitions)).toEqual([
      'REQUESTED→OPEN',
      'REQUESTED→CAPTURED',
      'REQUESTED→CLOSED',
      'OPEN→CAPTURED',
      'OPEN→CLOSED',
      'CLOSED→CAPTURED',
    ])
  })

  test('a refund that failed is tried again, one that is done stays done', () => {
    expect(allowedPairs(refundTransitions)).toEqual([
      'REQUESTED→PENDING',
      'REQUESTED→FAILED',
      'REQUESTED→DONE',
      'PENDING→FAILED',
      'PENDING→DONE',
      'FAILED→REQUESTED',
      'FAILED→DONE',
    ])
  })
})

describe('the WHERE of a compare-and-set', () => {
  test('names every state that may come before', () => {
    expect(statesBefore(orderTransitions, 'PAID')).toEqual(['PENDING_PAYMENT', 'CLOSING'])
    expect(statesBefore(orderTransitions, 'EXPIRED')).toEqual(['CLOSING'])
    expect(statesBefore(orderTransitions, 'PENDING_PAYMENT')).toEqual([])
  })
})

describe('groups of states', () => {
  test('an order counts against the stock unless it expired, was cancelled or refunded', () => {
    const gone = Object.keys(orderTransitions).filter((state) => !liveOrderStates.some((live) => live === state))
    expect(gone).toEqual(['EXPIRED', 'CANCELLED', 'REFUNDED'])
  })

  test('the gate holds the units of a purchase unless it was refused, cancelled, expired or refunded', () => {
    const gone = Object.keys(purchaseTransitions).filter((state) => !livePurchaseStates.some((live) => live === state))
    expect(gone).toEqual(['REFUSED', 'CANCELLED', 'EXPIRED', 'REFUNDED'])
  })
})
