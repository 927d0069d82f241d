import { describe, expect, it } from 'vitest'
import { messageTo } from '../../test/outgoing-message.js'
import type { OutgoingMessage } from './channel.js'
import { saleEventsOf } from './sale-events.js'

const won = messageTo({})

function typesOf(changes: Partial<OutgoingMessage['notification']>): readonly string[] {
  return saleEventsOf({ ...won, notification: { ...won.notification, ...changes } }).map(({ type }) => type)
}

describe('the events of a notification', () => {
  it.each([
    ['an order', { kind: 'WON' }, ['order.created']],
    ['a payment', { kind: 'PAID' }, ['order.paid']],
    ['an order that was not paid in time', { kind: 'EXPIRED' }, ['order.closed', 'stock.returned']],
    ['an order that was cancelled', { kind: 'CANCELLED' }, ['order.closed', 'stock.returned']],
    ['a purchase that was cancelled before its order', { kind: 'CANCELLED', orderId: null }, ['purchase.cancelled']],
    [
      'a paid order that was refunded',
      { kind: 'REFUNDED', purchaseState: 'REFUNDED' },
      ['order.refunded', 'stock.returned'],
    ],
    ['money that came after the close', { kind: 'REFUNDED', purchaseState: 'EXPIRED' }, ['order.refunded']],
    ['a refusal', { kind: 'REFUSED', orderId: null }, ['purchase.refused']],
    ['a reminder', { kind: 'PAY_SOON' }, []],
  ] satisfies readonly [string, Partial<OutgoingMessage['notification']>, readonly string[]][])(
    'of %s are named by what changed',
    (_, changes, types) => {
      expect(typesOf(changes)).toEqual(types)
    },
  )

  it('have the envelope of CloudEvents, and no address of the user', () => {
    const [event] = saleEventsOf(messageTo({ email: 'lin@example.com' }))
    expect(event).toEqual({
      specversion: '1.0',
      id: '7-abc.WON.order.created',
      source: '/seckill',
      type: 'order.created',
      subject: '7-abc',
      time: '2026-11-30T00:53:20.000Z',
      datacontenttype: 'application/json',
      data: {
        traceId: '7-abc',
        orderId: 'order-7-abc',
        userId: 3,
        voucherId: 7,
        units: 1,
        priceMinor: 990,
        currency: 'CNY',
        reason: null,
      },
    })
  })
})
