import { pino } from 'pino'
import type { Channel } from './channel.js'

/** Creates the channel that writes each message as a line on standard output, whatever the level of the process's own log. */
export function createLogChannel(atOnce: number): Channel {
  const logger = pino({ level: 'info', base: { app: 'seckill-notifier', channel: 'log' } })
  return {
    name: 'log',
    atOnce,
    destinationOf: () => 'standard output',
    async send({ id, title, text, recipient }) {
      logger.info({ notificationId: id, userId: recipient.userId, title }, text)
    },
    close: () => {},
  }
}
