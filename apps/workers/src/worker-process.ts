import { Client } from '@temporalio/client'
import { Registry } from 'prom-client'
import { installationKeysOf } from 'seckill-certificate/keys'
import { serveHealth } from 'seckill-process/health-server'
import { addPoolMetrics } from 'seckill-process/pool-metrics'
import { writeReadyFile } from 'seckill-process/ready-file'
import { poolFigures } from 'seckill-store/mysql'
import { startBackground } from './background.js'
import type { Config } from './config.js'
import { openConnections } from './connections.js'
import { startIntake } from './intake.js'
import { addWorkerMetrics } from './metrics.js'
import { createReadiness } from './readiness.js'
import { addReconcileMetrics } from './reconcile-metrics.js'
import { createReportTeller, ensureSchedule } from './reconciliation.js'
import type { Telemetry } from './run-worker.js'
import { joinMetrics } from './sdk-metrics.js'
import { createWorkers } from './workers.js'

/** The running workers of a process, and their probes. */
export interface WorkerProcess {
  readonly healthPort: number
  /** Resolves after {@link stop}; rejects when a worker fails by itself. */
  readonly finished: Promise<void>
  /** Takes no new work, lets steps in flight end, and closes every connection. */
  stop(): Promise<void>
}

/**
 * Starts the workers and their probes.
 *
 * @throws KeyFileError when the keys of the installation cannot be used.
 * @throws DependencyUnavailable when Temporal or the database does not answer in time.
 */
export async function startWorkerProcess(
  config: Config,
  { logger, sdkMetrics, traces }: Telemetry,
): Promise<WorkerProcess> {
  const keys = installationKeysOf(config)
  const connections = await openConnections(config, logger)
  const metrics = new Registry()
  const onReport = createReportTeller(addReconcileMetrics(metrics), logger)
  const client = new Client({ connection: connections.temporal, namespace: config.temporal.namespace })
  const workers = await createWorkers(config, connections, { client, keys, onReport, traces })
  const all = Object.values(workers)
  addWorkerMetrics(metrics, all)
  addPoolMetrics(metrics, { sale: () => poolFigures(connections.db) })
  await ensureSchedule(client, config.reconcile)
  const finished = Promise.all(all.map((worker) => worker.run())).then(() => undefined)
  const check = createReadiness(workers, connections)
  const health = await serveHealth(config.healthHost, config.healthPort, {
    check,
    metrics: joinMetrics(metrics, sdkMetrics),
  })
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { healthPort: health.port })
  const background = startBackground(config, connections, logger)
  const intake =
    config.intake &&
    startIntake(config.intake, { ...connections, ...config, client, registry: metrics, traces, logger })
  logger.info({ healthPort: health.port }, 'working')
  const stop = async () => {
    for (const worker of all) if (worker.getState() === 'RUNNING') worker.shutdown()
    await Promise.all([finished, background.stop(), intake?.stop()])
    await Promise.all([health.close(), connections.close()])
  }
  return { healthPort: health.port, finished, stop }
}
