import type { Language, Render } from 'seckill-messages'
import { type LeasedDelivery, notificationId } from 'seckill-store/mysql'
import type { OutgoingMessage } from '../channels/channel.js'

/** Writes the message of a delivery in its user's language. */
export type Compose = (delivery: LeasedDelivery) => OutgoingMessage

/** Creates a composer; a user without a language has the default one. */
export function createCompose(render: Render, defaultLanguage: Language): Compose {
  return ({ notification, recipient }) => {
    const language = recipient.language ?? defaultLanguage
    return { id: notificationId(notification), language, notification, recipient, ...render(notification, language) }
  }
}
