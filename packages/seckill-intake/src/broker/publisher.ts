import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Publisher, ReturnedMessage } from 'rabbitmq-client'
import { DeadlineError, withinDeadline } from 'seckill-process/deadline'
import { reasonOf } from 'seckill-process/reason'
import type { PublishingConfig } from '../configuration.js'
import type { TakenRun } from '../starting/index.js'
import type { BrokerConnection } from './connection.js'
import { bodyOf, envelopeOf } from './message.js'
import type { PublisherMetrics } from './metrics.js'
import { type BrokerNames, declareTopology, namesOf, topologyOf } from './topology.js'

/** Publishes taken runs. */
export interface RunPublisher {
  /** Reports whether the broker takes messages now. */
  ready(): boolean
  /**
   * Publishes a run until the broker has it on disk, and resolves with `true`; with `false` before the lease of its lanes passes, or
   * after {@link close}. The broker may have it then: the gate keeps the run, and to publish it again is harmless.
   */
  publish(run: TakenRun): Promise<boolean>
  close(): Promise<void>
}

interface PublisherDependencies {
  readonly connection: BrokerConnection
  readonly config: PublishingConfig
  readonly metrics: PublisherMetrics
  readonly logger: Logger
}

/** A run is published again until this long before its lease passes, in milliseconds. */
const beforeLeaseMs = 500
const pauseMs = 200

export function createRunPublisher(dependencies: PublisherDependencies): RunPublisher {
  const { connection, config, metrics, logger } = dependencies
  const names = namesOf(config.prefix)
  const publisher = connection.createPublisher({ confirm: true, ...declarationsOf(names) })
  const returned = returnedMessages(publisher)
  const closing = new AbortController()

  const attempt = async (run: TakenRun): Promise<boolean> => {
    await withinDeadline('The broker', config.confirmMs, send(publisher, names, run))
    // The broker sends a message back before it confirms it, and the client tells of it one turn later.
    await nextTurn()
    if (!returned.delete(run.runId)) return true
    metrics.attempt('returned')
    logger.warn({ runId: run.runId }, 'the broker has no queue for the run; declaring it again')
    await declareTopology(connection, names)
    return false
  }

  const tried = async (run: TakenRun): Promise<boolean> => {
    try {
      const confirmed = await attempt(run)
      if (confirmed) metrics.attempt('confirmed')
      return confirmed
    } catch (error) {
      metrics.attempt(error instanceof DeadlineError ? 'unconfirmed' : 'failed')
      logger.warn({ runId: run.runId, reason: reasonOf(error) }, 'the run is not known to be published; trying again')
      return false
    }
  }

  return {
    ready: () => connection.ready,
    async publish(run) {
      const until = performance.now() + config.leaseMs - beforeLeaseMs
      while (!closing.signal.aborted) {
        if (connection.ready && (await tried(run))) return true
        if (performance.now() + pauseMs > until) return false
        await delay(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined)
      }
      return false
    },
    async close() {
      closing.abort()
      // Nothing is owed to the broker: what it has not confirmed stays with the gate.
      connection.unsafeDestroy()
    },
  }
}

function declarationsOf(names: BrokerNames) {
  const { exchanges, intake, dead } = topologyOf(names)
  return { exchanges, queues: [dead.queue, intake.queue], queueBindings: [dead.binding, intake.binding] }
}

/** A late answer to a message that is not waited for any more changes nothing. */
function send(publisher: Publisher, { exchange, queue }: BrokerNames, run: TakenRun): Promise<void> {
  const sent = publisher.send({ ...envelopeOf(run), exchange, routingKey: queue }, bodyOf(run))
  sent.catch(() => undefined)
  return sent
}

/** The ids of messages that came back because no queue took them. */
function returnedMessages(publisher: Publisher): Set<string> {
  const ids = new Set<string>()
  publisher.on('basic.return', ({ messageId }: ReturnedMessage) => {
    if (messageId !== undefined) ids.add(messageId)
  })
  return ids
}
