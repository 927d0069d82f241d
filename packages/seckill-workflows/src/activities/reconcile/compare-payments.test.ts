import type { ProviderPayment } from 'seckill-payment'
import type { KnownPayment } from 'seckill-store/mysql'
import { describe, expect, it } from 'vitest'
import { comparePayments } from './compare-payments.js'

const listed: ProviderPayment = {
  id: 'pay_1',
  paymentId: 'P-O-7-a',
  state: 'open',
  amountMinor: 990,
  currency: 'CNY',
  refundedMinor: 0,
  payUrl: null,
}
const known: KnownPayment = {
  id: 'P-O-7-a',
  order_id: 'O-7-a',
  voucher_id: 7,
  provider_id: 'pay_1',
  amount_minor: 990,
  currency: 'CNY',
  state: 'OPEN',
  refund: null,
}

function kinds(there: Partial<ProviderPayment> | null, here: Partial<KnownPayment> | null): readonly string[] {
  return comparePayments({
    listed: there === null ? [] : [{ ...listed, ...there }],
    known: new Map(here === null ? [] : [[known.id, { ...known, ...here }]]),
  }).map((difference) => `${difference.kind} ${difference.subject}`)
}

describe('comparePayments', () => {
  it.each<[string, Partial<ProviderPayment>, Partial<KnownPayment>]>([
    ['open in both', {}, {}],
    [
      'open there, requested here: the answer to the request may be on its way',
      {},
      { state: 'REQUESTED', provider_id: null },
    ],
    ['pending there, open here', { state: 'pending' }, {}],
    ['captured in both', { state: 'captured' }, { state: 'CAPTURED' }],
    ['closed in both', { state: 'closed' }, { state: 'CLOSED' }],
    ['open there and closed here: the close is asked for again by its run', {}, { state: 'CLOSED' }],
    ['refunded in both', { state: 'captured', refundedMinor: 990 }, { state: 'CAPTURED', refund: 'DONE' }],
    [
      'refunded there, under way here',
      { state: 'captured', refundedMinor: 990 },
      { state: 'CAPTURED', refund: 'PENDING' },
    ],
    ['under way here alone', { state: 'captured' }, { state: 'CAPTURED', refund: 'REQUESTED' }],
  ])('finds nothing in a payment that is %s', (_, there, here) => {
    expect(kinds(there, here)).toEqual([])
  })

  it.each<[string, Partial<ProviderPayment>, Partial<KnownPayment>, string]>([
    ['captured there, open here', { state: 'captured' }, {}, 'lost-capture'],
    [
      'captured there, requested here',
      { state: 'captured' },
      { state: 'REQUESTED', provider_id: null },
      'lost-capture',
    ],
    ['captured there after it was closed here', { state: 'captured' }, { state: 'CLOSED' }, 'lost-capture'],
    ['closed there, open here', { state: 'closed' }, {}, 'lost-close'],
    ['open there, captured here', {}, { state: 'CAPTURED' }, 'unbacked-payment'],
    ['closed there, captured here', { state: 'closed' }, { state: 'CAPTURED' }, 'unbacked-payment'],
    ['of another amount', { state: 'captured', amountMinor: 991 }, {}, 'foreign-payment'],
    ['in another currency', { state: 'captured', currency: 'EUR' }, {}, 'foreign-payment'],
    ['known here under another id of the provider', { state: 'captured' }, { provider_id: 'pay_2' }, 'foreign-payment'],
    [
      'refunded there, and by nobody here',
      { state: 'captured', refundedMinor: 990 },
      { state: 'CAPTURED' },
      'unknown-refund',
    ],
    ['refunded here only', { state: 'captured' }, { state: 'CAPTURED', refund: 'DONE' }, 'unbacked-refund'],
    [
      'refunded there in part, here in whole',
      { state: 'captured', refundedMinor: 1 },
      { state: 'CAPTURED', refund: 'DONE' },
      'unbacked-refund',
    ],
  ])('names a payment that is %s', (_, there, here, kind) => {
    expect(kinds(there, here)).toEqual([`${kind} P-O-7-a`])
  })

  it('names a payment that only the provider has', () => {
    expect(kinds({}, null)).toEqual(['unknown-payment P-O-7-a'])
  })

  it('names a payment that the provider has given an id and does not list, and leaves one alone that is on its way there', () => {
    expect(kinds(null, {})).toEqual(['unbacked-payment P-O-7-a'])
    expect(kinds(null, { state: 'REQUESTED', provider_id: null })).toEqual([])
  })
})
