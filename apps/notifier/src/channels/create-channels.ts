import type { Logger } from 'pino'
import type { NotificationChannel } from 'seckill-store/mysql'
import type { Config } from '../config.js'
import type { Channel } from './channel.js'
import { createEmailChannel } from './email.js'
import { createEventsChannel } from './events.js'
import { createLogChannel } from './log.js'
import { createWebhookChannel } from './webhook.js'

/** Creates the channels that the configuration names. */
export function createChannels(config: Config, logger: Logger): readonly Channel[] {
  return config.channels.map((name) => createChannel(name, config, logger))
}

function createChannel(
  name: NotificationChannel,
  { atOnce, email, broker, sendTimeoutMs }: Config,
  logger: Logger,
): Channel {
  switch (name) {
    case 'log':
      return createLogChannel(atOnce.log, logger)
    case 'webhook':
      return createWebhookChannel(atOnce.webhook)
    case 'email':
      if (email === undefined) throw new Error('The channel email has no mail server; readConfig requires one.')
      return createEmailChannel({ ...email, atOnce: atOnce.email, sendTimeoutMs })
    case 'events':
      if (broker === undefined) throw new Error('The channel events has no broker; readConfig requires one.')
      return createEventsChannel({ broker, atOnce: atOnce.events, logger })
  }
}
