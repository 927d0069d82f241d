import { describe, expect, it } from 'vitest'
import { paymentStates, refundStates } from './records.js'
import { allows, isCaptured, type PaymentChange, refundTransitions, stateAfterRefund } from './transitions.js'

const changes = [
  'begin',
  'fail',
  'capture',
  'close',
  'captureLate',
  'refund',
] as const satisfies readonly PaymentChange[]
const pairs = paymentStates.flatMap((from) => paymentStates.map((to) => [from, to] as const))
const allowed: Readonly<Record<string, PaymentChange>> = {
  'open open': 'fail',
  'open pending': 'begin',
  'open captured': 'capture',
  'open closed': 'close',
  'pending open': 'fail',
  'pending captured': 'capture',
  'closed captured': 'captureLate',
  'captured partlyRefunded': 'refund',
  'captured refunded': 'refund',
  'partlyRefunded partlyRefunded': 'refund',
  'partlyRefunded refunded': 'refund',
}

describe('the transitions of a payment', () => {
  it.each(pairs)('from %s to %s is made by its one change, or by none', (from, to) => {
    const makers = changes.filter((change) => allows(change, from, to))
    const maker = allowed[`${from} ${to}`]
    expect(makers).toEqual(maker === undefined ? [] : [maker])
  })

  it('keep captured money known: no transition leads from a captured state to one that is not', () => {
    for (const [from, to] of pairs) {
      if (changes.some((change) => allows(change, from, to)) && isCaptured(from)) expect(isCaptured(to)).toBe(true)
    }
  })
})

it('a refund goes from pending to one of its ends, and from there nowhere', () => {
  const possible = refundStates.flatMap((from) => refundTransitions[from].map((to) => `${from} ${to}`))
  expect(possible).toEqual(['pending succeeded', 'pending failed'])
})

it('a payment is refunded when its whole amount went back', () => {
  expect(stateAfterRefund(100, 99)).toBe('partlyRefunded')
  expect(stateAfterRefund(100, 100)).toBe('refunded')
})
