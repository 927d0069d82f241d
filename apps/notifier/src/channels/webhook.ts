import { Webhook } from 'standardwebhooks'
import { type Channel, MessageRefused, type OutgoingMessage } from './channel.js'

/** The answer by which a receiver says that it is gone for good. */
const gone = 410

/**
 * Creates the channel that posts messages to the users' own URLs, signed by Standard Webhooks with each user's own secret. A redirection
 * is no answer: it is not followed.
 */
export function createWebhookChannel(atOnce: number): Channel {
  return {
    name: 'webhook',
    atOnce,
    destinationOf: ({ webhookUrl }) => (webhookUrl === null ? undefined : new URL(webhookUrl).origin),
    async send(message, signal) {
      const { webhookUrl, webhookSecret } = message.recipient
      if (webhookUrl === null || webhookSecret === null) throw new MessageRefused('the user has no webhook')
      const body = JSON.stringify(bodyOf(message))
      const headers = headersOf(message.id, body, webhookSecret)
      const response = await fetch(webhookUrl, { method: 'POST', headers, body, redirect: 'manual', signal })
      await response.body?.cancel()
      if (response.status === gone) throw new MessageRefused('status 410: the receiver is gone')
      if (!response.ok) throw new Error(`status ${response.status}`)
    },
    close: () => {},
  }
}

function headersOf(id: string, body: string, secret: string): Readonly<Record<string, string>> {
  const now = new Date()
  return {
    'content-type': 'application/json',
    'user-agent': 'seckill-notifier',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  }
}

function bodyOf({ id, language, title, text, notification, recipient }: OutgoingMessage) {
  const { reservationId, kind, createdAt, units, readAt: _, purchaseState: __, ...facts } = notification
  return {
    type: `notification.${kind.toLowerCase()}`,
    timestamp: new Date(createdAt).toISOString(),
    data: {
      id,
      kind,
      userId: recipient.userId,
      traceId: reservationId,
      quantity: units,
      ...facts,
      language,
      title,
      text,
    },
  }
}
