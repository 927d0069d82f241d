import { Client } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { serveHealth } from 'seckill-process/health-server'
import { writeReadyFile } from 'seckill-process/ready-file'
import { createGate } from 'seckill-store/gate'
import { type BarrierCleaning, startBarrierCleaning } from './barrier-cleaning.js'
import type { Config } from './config.js'
import { type Connections, openConnections } from './connections.js'
import { createEndedLanes } from './ended-lanes.js'
import { createReadiness } from './readiness.js'
import { workerOptions } from './worker-options.js'

/** A running worker and its probes. */
export interface WorkerProcess {
  readonly healthPort: number
  /** Resolves after {@link stop}; rejects when the worker fails by itself. */
  readonly finished: Promise<void>
  /** Takes no new work, lets steps in flight end, and closes every connection. */
  stop(): Promise<void>
}

/**
 * Starts a worker and its probes.
 *
 * @throws DependencyUnavailable when Temporal or the database does not answer in time.
 */
export async function startWorkerProcess(config: Config, logger: Logger): Promise<WorkerProcess> {
  const connections = await openConnections(config, logger)
  const worker = await createWorker(config, connections)
  const finished = worker.run()
  const health = await serveHealth(config.healthHost, config.healthPort, {
    check: createReadiness(worker, connections),
  })
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { healthPort: health.port })
  const cleaning = cleanBarrierRows(config, connections, logger)
  logger.info({ healthPort: health.port }, 'working')
  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown()
    await Promise.all([finished, cleaning.stop()])
    await Promise.all([health.close(), connections.close()])
  }
  return { healthPort: health.port, finished, stop }
}

const cleaningBounds = { rowsAtOnce: 1_000, batchesARound: 20 }

function cleanBarrierRows(config: Config, { db, temporal }: Connections, logger: Logger): BarrierCleaning {
  const { barrierCleaningMs: everyMs, barrierRetentionMs: retentionMs } = config
  const client = new Client({ connection: temporal, namespace: config.temporal.namespace })
  return startBarrierCleaning(db, createEndedLanes(db, client), { ...cleaningBounds, everyMs, retentionMs }, logger)
}

function createWorker(config: Config, { temporal, db, redis }: Connections): Promise<Worker> {
  const { extensionMs, returnUrl } = config.payment
  const payment = { provider: createSandboxProvider(config.payment), extensionMs, returnUrl }
  return Worker.create({
    ...workerOptions({ db, gate: createGate(redis), payment }, config.shutdownGraceMs),
    connection: temporal,
    namespace: config.temporal.namespace,
  })
}
