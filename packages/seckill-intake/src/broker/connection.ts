import type { Logger } from 'pino'
import { Connection } from 'rabbitmq-client'
import { reasonOf } from 'seckill-process/reason'
import type { BrokerConfig } from '../configuration.js'

/** A connection that is made again after each loss. */
export type BrokerConnection = Connection

const retry = { retryLow: 200, retryHigh: 5_000 }
const acquireTimeoutMs = 3_000
const connectionTimeoutMs = 5_000

type BrokerLogger = Pick<Logger, 'info' | 'warn' | 'error'>

/** Connects without waiting; a broker that is away, or takes no messages for an alarm, is logged when that begins. */
export function openBroker({ url }: BrokerConfig, connectionName: string, logger: BrokerLogger): BrokerConnection {
  const connection = new Connection({
    url,
    connectionName,
    acquireTimeout: acquireTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    heartbeat: 10,
    ...retry,
  })
  connection.on('error', (error: unknown) =>
    logger.warn({ reason: reasonOf(error) }, 'the broker is away; connecting again'),
  )
  connection.on('connection', () => logger.info('connected to the broker'))
  connection.on('connection.blocked', (reason: string) =>
    logger.error({ reason }, 'the broker takes no messages: it has an alarm of memory or disk'),
  )
  connection.on('connection.unblocked', () => logger.warn('the broker takes messages again'))
  return connection
}
