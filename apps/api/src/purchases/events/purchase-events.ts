import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { reasonOf } from 'seckill-process/reason'
import type { ReadViews } from '../read-views.js'
import { createEventMetrics } from './event-metrics.js'
import { createEventStreams, type EventLimits, type EventStreams } from './event-streams.js'
import { createStatusFeed } from './status-feed.js'

/** Configuration of the event streams of one process. */
export interface EventConfig extends EventLimits {
  /** The pause between two reads of all watched purchases. */
  readonly everyMs: number
}

export interface PurchaseEventsDependencies {
  readonly config: EventConfig
  readonly readViews: ReadViews
  readonly registry: Registry
  readonly logger: Logger
}

/** The event streams of this process and what feeds them. */
export interface PurchaseEvents {
  readonly streams: EventStreams
  /** Ends all streams and the reads for them; called again it does nothing. */
  stop(): Promise<void>
}

export function createPurchaseEvents({
  config,
  readViews,
  registry,
  logger,
}: PurchaseEventsDependencies): PurchaseEvents {
  const metrics = createEventMetrics(registry)
  const feed = createStatusFeed({
    readViews,
    everyMs: config.everyMs,
    onError(error) {
      metrics.readFailed()
      logger.warn({ reason: reasonOf(error) }, 'the watched purchases could not be read; trying again')
    },
  })
  const streams = createEventStreams({ feed, limits: config, metrics })
  return {
    streams,
    async stop() {
      streams.stop()
      await feed.stop()
    },
  }
}
