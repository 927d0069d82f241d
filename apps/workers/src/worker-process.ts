import { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { serveHealth } from 'seckill-process/health-server'
import { writeReadyFile } from 'seckill-process/ready-file'
import { type BarrierCleaning, startBarrierCleaning } from './barrier-cleaning.js'
import type { Config } from './config.js'
import { type Connections, openConnections } from './connections.js'
import { createEndedLanes } from './ended-lanes.js'
import { createReadiness } from './readiness.js'
import { createWorkers, installationKeysOf } from './workers.js'

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
export async function startWorkerProcess(config: Config, logger: Logger): Promise<WorkerProcess> {
  const keys = installationKeysOf(config)
  const connections = await openConnections(config, logger)
  const workers = await createWorkers(config, connections, keys)
  const all = Object.values(workers)
  const finished = Promise.all(all.map((worker) => worker.run())).then(() => undefined)
  const health = await serveHealth(config.healthHost, config.healthPort, {
    check: createReadiness(workers, connections),
  })
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { healthPort: health.port })
  const cleaning = cleanBarrierRows(config, connections, logger)
  logger.info({ healthPort: health.port }, 'working')
  const stop = async () => {
    for (const worker of all) if (worker.getState() === 'RUNNING') worker.shutdown()
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
