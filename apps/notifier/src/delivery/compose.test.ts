import { createRender, languages, reasons } from 'seckill-messages'
import { type LeasedDelivery, type NotificationKind, notificationKinds } from 'seckill-store/mysql'
import { Refusal } from 'seckill-workflows'
import { describe, expect, it } from 'vitest'
import { createCompose } from './compose.js'

const compose = createCompose(createRender('Asia/Shanghai'), 'zh-CN')

function delivery(
  kind: NotificationKind,
  language: 'zh-CN' | 'en' | null,
  reason: string | null = null,
): LeasedDelivery {
  const notification = {
    reservationId: '7-abc',
    kind,
    createdAt: 1_000,
    readAt: null,
    voucherId: 7,
    voucherTitle: 'Dinner',
    units: 1,
    reason,
    orderId: 'order-7-abc',
    priceMinor: 990,
    currency: 'CNY',
    payBefore: 1_796_000_000_000,
    purchaseState: 'AWAITING_PAYMENT' as const,
  }
  const recipient = { userId: 3, email: null, webhookUrl: null, webhookSecret: null, language }
  return { notification, recipient, attempts: 1, triedForMs: 0 }
}

describe('a message', () => {
  it.each(notificationKinds)('of kind %s has a text of its own in each language, under one id', (kind) => {
    const messages = languages.map((language) => compose(delivery(kind, language)))
    expect(new Set(messages.map(({ text }) => text)).size).toBe(languages.length)
    expect(messages.map(({ id }) => id)).toEqual(languages.map(() => `7-abc.${kind}`))
  })

  it('to a user without a language is written in the default one', () => {
    expect(compose(delivery('WON', null)).language).toBe('zh-CN')
    expect(compose(delivery('WON', null)).text).toEqual(compose(delivery('WON', 'zh-CN')).text)
  })

  it.each(Object.values(Refusal))('tells the refusal %s of the purchase saga in words', (reason) => {
    expect(reasons).toHaveProperty(reason)
    expect(compose(delivery('REFUSED', 'en', reason)).text).toContain(reasons[reason]?.en)
  })
})
