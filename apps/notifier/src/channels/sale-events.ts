import type { OutgoingMessage } from './channel.js'

/** The types of events, which are their routing keys at the broker as well. */
type SaleEventType =
  | 'order.created'
  | 'order.paid'
  | 'order.closed'
  | 'order.refunded'
  | 'stock.returned'
  | 'purchase.refused'
  | 'purchase.cancelled'

/** A change of the sale in the envelope of CloudEvents 1.0 (https://cloudevents.io), in JSON. */
export interface SaleEvent {
  readonly specversion: '1.0'
  /** The same in each attempt; a receiver that has seen it drops the event. */
  readonly id: string
  readonly source: '/seckill'
  readonly type: SaleEventType
  /** The purchase's trace id. */
  readonly subject: string
  /** When the change was made, in ISO 8601. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: {
    readonly traceId: string
    readonly orderId: string | null
    readonly userId: number
    readonly voucherId: number
    readonly units: number
    readonly priceMinor: number | null
    readonly currency: string | null
    readonly reason: string | null
  }
}

/** A reminder is no change. Money that came after the close is given back without a unit. */
function typesOf({ kind, orderId, purchaseState }: OutgoingMessage['notification']): readonly SaleEventType[] {
  switch (kind) {
    case 'WON':
      return ['order.created']
    case 'PAID':
      return ['order.paid']
    case 'EXPIRED':
    case 'CANCELLED':
      return orderId === null ? ['purchase.cancelled'] : ['order.closed', 'stock.returned']
    case 'REFUNDED':
      return purchaseState === 'REFUNDED' ? ['order.refunded', 'stock.returned'] : ['order.refunded']
    case 'REFUSED':
      return ['purchase.refused']
    case 'PAY_SOON':
      return []
  }
}

/** The events of the change that a notification tells of. */
export function saleEventsOf({ id, notification, recipient }: OutgoingMessage): readonly SaleEvent[] {
  const { reservationId, createdAt, orderId, voucherId, units, priceMinor, currency, reason } = notification
  return typesOf(notification).map((type) => ({
    specversion: '1.0',
    id: `${id}.${type}`,
    source: '/seckill',
    type,
    subject: reservationId,
    time: new Date(createdAt).toISOString(),
    datacontenttype: 'application/json',
    data: {
      traceId: reservationId,
      orderId,
      userId: recipient.userId,
      voucherId,
      units,
      priceMinor,
      currency,
      reason,
    },
  }))
}
