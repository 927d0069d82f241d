import { Client } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { serveHealth } from 'seckill-process/health-server'
import { writeReadyFile } from 'seckill-process/ready-file'
import { createGate } from 'seckill-store/gate'
import type { ReconcileReport } from 'seckill-workflows'
import { startBackground } from './background.js'
import type { Config } from './config.js'
import { type Connections, openConnections } from './connections.js'
import { addWorkerMetrics } from './metrics.js'
import { createReadiness } from './readiness.js'
import { addReconcileMetrics } from './reconcile-metrics.js'
import { createReportTeller, ensureSchedule } from './reconciliation.js'
import { purchaseWorkerOptions, reconcileWorkerOptions, refundWorkerOptions } from './worker-options.js'

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
 * @throws DependencyUnavailable when Temporal or the database does not answer in time.
 */
export async function startWorkerProcess(config: Config, logger: Logger): Promise<WorkerProcess> {
  const connections = await openConnections(config, logger)
  const metrics = new Registry()
  const onReport = createReportTeller(addReconcileMetrics(metrics), logger)
  const client = new Client({ connection: connections.temporal, namespace: config.temporal.namespace })
  const workers = await createWorkers(config, connections, { client, onReport })
  addWorkerMetrics(metrics, workers)
  await ensureSchedule(client, config.reconcile)
  const finished = Promise.all(workers.map((worker) => worker.run())).then(() => undefined)
  const check = createReadiness(workers, connections)
  const health = await serveHealth(config.healthHost, config.healthPort, { check, metrics })
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { healthPort: health.port })
  const background = startBackground(config, connections, logger)
  logger.info({ healthPort: health.port }, 'working')
  const stop = async () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
    await Promise.all([finished, background.stop()])
    await Promise.all([health.close(), connections.close()])
  }
  return { healthPort: health.port, finished, stop }
}

interface Reconciling {
  readonly client: Client
  readonly onReport: (report: ReconcileReport) => void
}

function createWorkers(
  config: Config,
  { temporal, db, redis }: Connections,
  { client, onReport }: Reconciling,
): Promise<readonly Worker[]> {
  const { extensionMs, returnUrl } = config.payment
  const provider = createSandboxProvider(config.payment)
  const dependencies = { db, gate: createGate(redis), payment: { provider, extensionMs, returnUrl } }
  const reconciled = { ...dependencies, redis, provider, temporal: client, onReport }
  const place = { connection: temporal, namespace: config.temporal.namespace }
  return Promise.all([
    Worker.create({ ...purchaseWorkerOptions(dependencies, config.shutdownGraceMs), ...place }),
    Worker.create({ ...refundWorkerOptions(dependencies, config.shutdownGraceMs), ...place }),
    Worker.create({ ...reconcileWorkerOptions(reconciled, config.shutdownGraceMs), ...place }),
  ])
}
