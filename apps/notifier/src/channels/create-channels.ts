import type { NotificationChannel } from 'seckill-store/mysql'
import type { Config } from '../config.js'
import type { Channel } from './channel.js'
import { createEmailChannel } from './email.js'
import { createLogChannel } from './log.js'
import { createWebhookChannel } from './webhook.js'

/** Creates the channels that the configuration names. */
export function createChannels(config: Config): readonly Channel[] {
  return config.channels.map((name) => createChannel(name, config))
}

function createChannel(name: NotificationChannel, { atOnce, email, sendTimeoutMs }: Config): Channel {
  switch (name) {
    case 'log':
      return createLogChannel(atOnce.log)
    case 'webhook':
      return createWebhookChannel(atOnce.webhook)
    case 'email':
      if (email === undefined) throw new Error('The channel email has no mail server; readConfig requires one.')
      return createEmailChannel({ ...email, atOnce: atOnce.email, sendTimeoutMs })
  }
}
