import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CardUnderTest, startCard } from '../../test/card/card-under-test.js'

let card: CardUnderTest

beforeAll(async () => {
  card = await startCard()
})
afterAll(() => card.stop())

const read = (name: string) => card.provider.readCallback(card.event(name, 'order-7'))

describe('an event', () => {
  it.each([
    ['completed', 'captured'],
    ['completed-unpaid', 'pending'],
    ['async-succeeded', 'captured'],
    ['async-failed', 'closed'],
    ['expired', 'closed'],
  ])('checkout.session.%s tells a payment that is %s', (name, state) => {
    expect(read(name)).toMatchObject({
      kind: 'payment',
      messageId: 'evt_order-7',
      payment: { id: 'cs_test_order-7', paymentId: 'order-7', state, amountMinor: 990, currency: 'CNY', payUrl: null },
    })
  })

  it('of a refund tells the refund', () => {
    const refund = { id: 're_order-7_1', providerPaymentId: 'cs_test_order-7', amountMinor: 300, state: 'failed' }
    expect(read('refund-failed')).toEqual({ kind: 'refund', messageId: 'evt_order-7', refund })
  })

  it.each(['foreign', 'refund-by-hand', 'charge-updated'])(
    '%s, which is not about a payment of the sale, is of no interest',
    (name) => {
      expect(read(name)).toBeUndefined()
    },
  )

  it('with several signatures, as while a secret is rotated, is taken for any of them', () => {
    const { headers, body } = card.event('completed', 'order-7')
    const header = `${headers['stripe-signature']}`.replace(',v1=', ',v1=0123,v1=')
    expect(card.provider.readCallback({ headers: { 'stripe-signature': header }, body })?.kind).toBe('payment')
  })

  it('whose body is not UTF-8 is judged by its bytes', () => {
    const { headers, body } = card.event('completed', 'order-7')
    const changed = Buffer.concat([body, Buffer.from([0xff])])
    expect(() => card.provider.readCallback({ headers, body: changed })).toThrow('no signature by a known secret')
  })
})
