import type { OutgoingMessage } from '../src/channels/channel.js'

/** A message to user 3 with these addresses. */
export function messageTo(addresses: Partial<OutgoingMessage['recipient']>): OutgoingMessage {
  return {
    id: '7-abc.WON',
    language: 'zh-CN',
    title: '抢购成功：Dinner',
    text: '您已抢到“Dinner”。',
    notification: {
      reservationId: '7-abc',
      kind: 'WON',
      createdAt: 1_796_000_000_000,
      readAt: null,
      voucherId: 7,
      voucherTitle: 'Dinner',
      units: 1,
      purchaseState: 'AWAITING_PAYMENT',
      reason: null,
      orderId: 'order-7-abc',
      priceMinor: 990,
      currency: 'CNY',
      payBefore: 1_796_000_900_000,
    },
    recipient: { userId: 3, email: null, webhookUrl: null, webhookSecret: null, language: null, ...addresses },
  }
}
