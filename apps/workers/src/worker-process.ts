import { Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { writeReadyFile } from 'seckill-process/ready-file'
import { createGate } from 'seckill-store/gate'
import type { Config } from './config.js'
import { type Connections, openConnections } from './connections.js'
import { serveHealth } from './health-server.js'
import { checkReadiness } from './readiness.js'
import { roles } from './roles.js'

/** A worker that runs. */
export interface WorkerProcess {
  readonly healthPort: number
  /** Resolves after {@link stop}; rejects when the worker fails by itself. */
  readonly finished: Promise<void>
  /** Takes no new work, lets steps in flight end, and closes every connection. */
  stop(): Promise<void>
}

/** Waiting runs stay in memory, about 1.6 MB for a thousand lanes; one that is evicted is replayed. */
const MAX_CACHED_WORKFLOWS = 2_000

/**
 * Starts the worker of the configured role.
 *
 * @throws DependencyUnavailable when Temporal or the database is not there in time.
 */
export async function startWorkerProcess(config: Config, logger: Logger): Promise<WorkerProcess> {
  const connections = await openConnections(config, logger)
  const worker = await createWorker(config, connections)
  const finished = worker.run()
  const health = await serveHealth(config.healthHost, config.healthPort, () => checkReadiness(worker, connections))
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { healthPort: health.port })
  logger.info({ role: config.role, healthPort: health.port }, 'working')
  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown()
    await finished
    await Promise.all([health.close(), connections.close()])
  }
  return { healthPort: health.port, finished, stop }
}

function createWorker(config: Config, { temporal, db, redis }: Connections): Promise<Worker> {
  return Worker.create({
    ...roles[config.role]({ db, gate: createGate(redis) }),
    connection: temporal,
    namespace: config.temporal.namespace,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    // A run whose worker was killed is on another one after a second, not after ten.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: config.shutdownGraceMs / 2,
    shutdownForceTime: config.shutdownGraceMs,
  })
}
