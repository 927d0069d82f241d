import type { Language, Message } from 'seckill-messages'
import type { Notification, NotificationChannel, Recipient } from 'seckill-store/mysql'

/** A notification as it is sent. */
export interface OutgoingMessage extends Message {
  /** The same in each attempt; a receiver that has seen it drops the message. */
  readonly id: string
  readonly language: Language
  readonly notification: Notification
  readonly recipient: Recipient
}

/** A way to reach users. */
export interface Channel {
  readonly name: NotificationChannel
  /** Messages that are sent at the same time at most. */
  readonly atOnce: number
  /** The server behind a user's address; undefined for a user without one. Servers fail one by one. */
  destinationOf(recipient: Recipient): string | undefined
  /**
   * Sends a message once; an error says that it may not have arrived, and it is sent again.
   *
   * @throws MessageRefused when no further attempt can succeed
   */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<void>
  close(): void
}

/** A receiver has refused a message for good. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused'
}
