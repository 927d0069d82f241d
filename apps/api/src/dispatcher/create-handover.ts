import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { createPublisherMetrics, createRunPublisher, openBroker } from 'seckill-intake/broker'
import { createRunStarter, createStartRun } from 'seckill-intake/starting'
import type { Gate } from 'seckill-store/gate'
import type { Config } from '../config.js'
import type { Metrics } from '../observe/metrics.js'
import { brokerHandover, directHandover, type RunHandover } from './handover.js'

interface HandoverDependencies {
  readonly config: Pick<Config, 'intake' | 'dispatch' | 'servicesApart'>
  readonly temporal: Client
  readonly gate: Pick<Gate, 'halve'>
  readonly metrics: Pick<Metrics, 'registry' | 'dispatch'>
  readonly logger: Logger
}

/** Creates the handover that the configuration asks for: by the broker where there is one. */
export function createHandover({ config, temporal, gate, metrics, logger }: HandoverDependencies): RunHandover {
  if (config.intake === undefined) {
    // The deadline is shorter than the lease: a start that outlives its lease is made twice.
    const deadlineMs = Math.max(500, config.dispatch.leaseMs - 1_000)
    const starter = createRunStarter(temporal, deadlineMs, config.servicesApart)
    return directHandover(createStartRun({ gate, starter, metrics: metrics.dispatch, logger }))
  }
  const connection = openBroker(config.intake, `seckill-api ${process.pid}`, logger)
  const counted = createPublisherMetrics([metrics.registry], () => connection.ready)
  return brokerHandover(createRunPublisher({ connection, config: config.intake, metrics: counted, logger }))
}
