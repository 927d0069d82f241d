import type { Logger } from 'pino'
import { eventExchangeOf, openBroker } from 'seckill-intake/broker'
import type { BrokerConfig } from 'seckill-intake/configuration'
import type { Channel } from './channel.js'
import { type SaleEvent, saleEventsOf } from './sale-events.js'

/** The broker, and the limit of events that are published at the same time. */
export interface EventsOptions {
  readonly broker: BrokerConfig
  readonly atOnce: number
  readonly logger: Logger
}

/**
 * Creates the channel that publishes changes to the topic exchange, each confirmed by the broker. Subscribers bind queues of their own; an
 * event that no queue takes is dropped by the broker, as a topic exchange does.
 */
export function createEventsChannel({ broker, atOnce, logger }: EventsOptions): Channel {
  const connection = openBroker(broker, 'seckill-notifier', logger)
  const exchange = eventExchangeOf(broker.prefix)
  const publisher = connection.createPublisher({ confirm: true, exchanges: [exchange] })
  const server = new URL(broker.url).host

  function publish(event: SaleEvent): Promise<void> {
    const contentType = 'application/cloudevents+json; charset=utf-8'
    const envelope = {
      exchange: exchange.exchange,
      routingKey: event.type,
      messageId: event.id,
      contentType,
      durable: true,
    }
    return publisher.send(envelope, Buffer.from(JSON.stringify(event)))
  }

  return {
    name: 'events',
    atOnce,
    destinationOf: () => server,
    async send(message, signal) {
      const published = Promise.all(saleEventsOf(message).map(publish))
      // A late answer of the broker to an attempt that is given up changes nothing.
      published.catch(() => undefined)
      await Promise.race([published, whenAborted(signal)])
    },
    close: () => connection.unsafeDestroy(),
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
