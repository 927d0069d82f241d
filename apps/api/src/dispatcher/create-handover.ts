import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { createPublisherMetrics, createRunPublisher, namesOf, openBroker, queueLengths } from 'seckill-intake/broker'
import type { PublishingConfig } from 'seckill-intake/configuration'
import { createRunStarter, createStartRun, traceStarts } from 'seckill-intake/starting'
import type { Gate } from 'seckill-store/gate'
import type { Traces } from 'seckill-traces'
import type { Config } from '../config.js'
import type { Metrics } from '../observe/metrics.js'
import { traceHandover } from '../traces/trace-handover.js'
import { brokerHandover, directHandover, type RunHandover } from './handover.js'

interface HandoverDependencies {
  readonly config: Pick<Config, 'intake' | 'dispatch' | 'servicesApart'>
  readonly temporal: Client
  readonly gate: Pick<Gate, 'halve'>
  readonly metrics: Pick<Metrics, 'registry' | 'dispatch'>
  readonly traces: Traces | undefined
  readonly logger: Logger
}

/** Creates the handover that the configuration asks for: by the broker where there is one. */
export function createHandover(dependencies: HandoverDependencies): RunHandover {
  const { config, traces } = dependencies
  const handover = config.intake === undefined ? direct(dependencies) : byBroker(dependencies, config.intake)
  return traces === undefined ? handover : traceHandover(handover, traces)
}

function direct({ config, temporal, gate, metrics, traces, logger }: HandoverDependencies): RunHandover {
  // The deadline is shorter than the lease: a start that outlives its lease is made twice.
  const deadlineMs = Math.max(500, config.dispatch.leaseMs - 1_000)
  const starter = createRunStarter(temporal, deadlineMs, config.servicesApart)
  const traced = traces === undefined ? starter : traceStarts(starter, traces)
  return directHandover(createStartRun({ gate, starter: traced, metrics: metrics.dispatch, logger }))
}

function byBroker({ metrics, logger }: HandoverDependencies, config: PublishingConfig): RunHandover {
  const connection = openBroker(config, `seckill-api ${process.pid}`, logger)
  const counted = createPublisherMetrics([metrics.registry], () => connection.ready)
  const names = namesOf(config.prefix)
  return brokerHandover(
    createRunPublisher({ connection, config, metrics: counted, logger }),
    async () => (await queueLengths(connection, names)).get(names.deadQueue) ?? 0,
  )
}
