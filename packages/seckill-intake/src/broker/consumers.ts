import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type AsyncMessage, type Consumer, ConsumerStatus } from 'rabbitmq-client'
import { backoffMs } from 'seckill-process/backoff'
import { withinDeadline } from 'seckill-process/deadline'
import { reasonOf } from 'seckill-process/reason'
import type { ConsumingConfig } from '../configuration.js'
import type { StartRun, TakenRun } from '../starting/index.js'
import type { BrokerConnection } from './connection.js'
import { describeMessage, readRun } from './message.js'
import type { ConsumerMetrics } from './metrics.js'
import { namesOf, topologyOf } from './topology.js'

export interface ConsumersDependencies {
  readonly connection: BrokerConnection
  readonly config: ConsumingConfig
  /** Starts a run at Temporal. */
  readonly startRun: StartRun
  /** Tells the gate that Temporal has the run. */
  readonly settle: (run: TakenRun) => Promise<void>
  /** Ends the purchases of a run that no consumer could start, where no run owns them; the number of them. Twice is a no-op. */
  readonly refuse: (run: TakenRun) => Promise<number>
  /** Keeps a record of a dead letter, for operators. */
  readonly record: (letter: DeadLetter) => Promise<void>
  readonly metrics: ConsumerMetrics
  readonly logger: Logger
}

/** A message that no consumer could take. */
export interface DeadLetter {
  readonly messageId: string
  /** RabbitMQ's reason: `rejected`, `delivery_limit`, `maxlen`. */
  readonly reason: string
  /** The purchases that ended because of it. */
  readonly refused: number
  /** The run in it; undefined where none can be read. The gate gives that run again, from its own record. */
  readonly run: Pick<TakenRun, 'voucherId' | 'runId'> | undefined
  /** The beginning of a body that is no run. */
  readonly body: string | undefined
}

/** Consumers of taken runs and of dead letters. */
export interface Consumers {
  /** Resolves after the starts under way; what was not started goes back to its queue. */
  stop(): Promise<void>
}

const closeLimitMs = 5_000
const bounds = { firstMs: 100, longestMs: 5_000 }

/**
 * Starts the run of each message, and acknowledges it afterwards. While Temporal, the gate or MySQL is away a message is kept and tried
 * again, and after `holdMs` it is left to the gate, which has the run published again: an outage uses up no deliveries.
 */
export function createConsumers(dependencies: ConsumersDependencies): Consumers {
  const { connection, config, logger } = dependencies
  const { exchanges, intake, dead } = topologyOf(namesOf(config.prefix))
  const stopping = new AbortController()
  const until: Until = (work, limitMs) => repeat(work, limitMs, stopping.signal, logger)
  const consumerOf = ({ queue, binding }: typeof intake | typeof dead, atOnce: number, handle: Handle): Consumer =>
    connection.createConsumer(
      {
        lazy: true,
        queue: queue.queue,
        queueOptions: queue,
        exchanges,
        queueBindings: [binding],
        concurrency: atOnce,
        qos: { prefetchCount: atOnce },
      },
      (message) => handle(dependencies, message, until),
    )
  const letters = consumerOf(dead, 1, buryLetter)
  const runs = consumerOf(intake, config.prefetch, startMessage)
  const consumers = [letters, runs]
  for (const consumer of consumers) logErrors(consumer, logger)
  // RabbitMQ holds a dead letter back for minutes when it finds no queue for it.
  letters.once('ready', () => {
    if (!stopping.signal.aborted) runs.start()
  })
  letters.start()
  const close = async (): Promise<void> => {
    await Promise.all(consumers.map((consumer) => consumer.close()))
    await connection.close()
  }
  return {
    async stop() {
      stopping.abort()
      // A broker that does not answer gives the messages back by itself, once it sees that the connection has ended.
      await withinDeadline('The broker', closeLimitMs, close()).catch((error: unknown) =>
        logger.warn({ reason: reasonOf(error) }, 'left the broker without a farewell'),
      )
      connection.unsafeDestroy()
    },
  }
}

/** How a repetition ended: the work is done, its time is over, or the process stops. */
type Repeated = 'done' | 'late' | 'stopped'

/** Repeats until the work answers `true`. */
type Until = (work: () => Promise<boolean>, limitMs: number) => Promise<Repeated>

type Handle = (dependencies: ConsumersDependencies, message: AsyncMessage, until: Until) => Promise<ConsumerStatus>

async function startMessage(
  { config, startRun, settle, metrics, logger }: ConsumersDependencies,
  message: AsyncMessage,
  until: Until,
): Promise<ConsumerStatus> {
  const run = readRun(message.body)
  if (run === undefined) {
    metrics.consumed('poison')
    logger.error(describeMessage(message), 'a message has no run: it goes to the dead letters')
    return ConsumerStatus.DROP
  }
  let refused = false
  const ended = await until(async () => {
    const result = await startRun(run)
    if (result === 'started') await settle(run)
    refused = result === 'refused'
    return result !== 'unknown'
  }, config.holdMs)
  switch (ended) {
    case 'done':
      metrics.consumed(refused ? 'refused' : 'started')
      return ConsumerStatus.ACK
    case 'late':
      metrics.consumed('left')
      logger.warn({ voucherId: run.voucherId, runId: run.runId }, 'the run cannot be started: it is left to the gate')
      return ConsumerStatus.ACK
    case 'stopped':
      metrics.consumed('requeued')
      return ConsumerStatus.REQUEUE
  }
}

/** Refuses the purchases of a dead letter that no run owns, and then lets the gate forget their run. */
async function buryLetter(
  { refuse, settle, record, metrics, logger }: ConsumersDependencies,
  message: AsyncMessage,
  until: Until,
): Promise<ConsumerStatus> {
  const run = readRun(message.body)
  const { messageId, reason, body } = describeMessage(message)
  let refused = 0
  const ended = await until(async () => {
    if (run !== undefined) {
      refused = await refuse(run)
      await settle(run)
    }
    await record({ messageId, reason, refused, run, body: run === undefined ? body : undefined })
    return true
  }, Number.POSITIVE_INFINITY)
  if (ended !== 'done') return ConsumerStatus.REQUEUE
  metrics.dead(refused)
  logger.error({ messageId, reason, refused, runId: run?.runId }, 'a dead letter')
  return ConsumerStatus.ACK
}

async function repeat(
  work: () => Promise<boolean>,
  limitMs: number,
  stopping: AbortSignal,
  logger: Logger,
): Promise<Repeated> {
  const until = performance.now() + limitMs
  for (let attempts = 1; !stopping.aborted; attempts++) {
    try {
      if (await work()) return 'done'
    } catch (error) {
      logger.warn({ reason: reasonOf(error), attempts }, 'a message is not done yet; trying again')
    }
    if (performance.now() > until) return 'late'
    const pause = backoffMs(bounds, attempts, Math.random())
    await delay(pause, undefined, { signal: stopping }).catch(() => undefined)
  }
  return 'stopped'
}

function logErrors(consumer: Consumer, logger: Logger): void {
  consumer.on('error', (error: unknown) => logger.warn({ reason: reasonOf(error) }, 'consumer interrupted; going on'))
}
