import type { Logger } from 'pino'
import type { Channel } from './channel.js'

/** Creates the channel that writes each message as a line on standard output, whatever the level of the process's own log. */
export function createLogChannel(atOnce: number, processLogger: Logger): Channel {
  const logger = processLogger.child({ channel: 'log' }, { level: 'info' })
  return {
    name: 'log',
    atOnce,
    destinationOf: () => 'standard output',
    async send({ id, title, text, recipient, notification: { reservationId } }) {
      logger.info({ notificationId: id, traceId: reservationId, userId: recipient.userId, title }, text)
    },
    close: () => {},
  }
}
