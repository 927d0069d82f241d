import { Client } from '@temporalio/client'
import { type NativeConnection, Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { problemOf, serveHealth } from 'seckill-process/health-server'
import { addPoolMetrics } from 'seckill-process/pool-metrics'
import { createProbe } from 'seckill-process/probe'
import { writeReadyFile } from 'seckill-process/ready-file'
import {
  barrierDatabaseOf,
  closeDatabase,
  connectDatabase,
  databaseNow,
  parseDatabaseUrl,
  poolFigures,
} from 'seckill-store/mysql'
import { type BarrierCleaning, cleaningBounds, startBarrierCleaning } from '../barrier-cleaning.js'
import { waitForDatabase, waitForTemporal } from '../connections.js'
import { createEndedLanes } from '../ended-lanes.js'
import { addWorkerMetrics } from '../metrics.js'
import type { Telemetry } from '../run-worker.js'
import { joinMetrics } from '../sdk-metrics.js'
import { traceSteps } from '../trace-steps.js'
import type { WorkerProcess } from '../worker-process.js'
import { openActivities } from './activities.js'
import type { ServiceConfig } from './config.js'
import { serviceSlots, serviceWorkerOptions } from './worker-options.js'

/** Milliseconds that a probe of the database may take. */
const probeMs = 2_000

/**
 * Starts the worker of one service, with its database account and no more.
 *
 * @throws DependencyUnavailable when Temporal or the database does not answer in time.
 */
export async function startService(
  config: ServiceConfig,
  { logger, sdkMetrics, traces }: Telemetry,
): Promise<WorkerProcess> {
  const temporal = await connect(config, logger)
  const { service, shutdownGraceMs } = config
  const barrierDatabase = barrierDatabaseOf(service, parseDatabaseUrl(config.databaseUrl).database)
  const db = connectDatabase(config.databaseUrl, { poolSize: serviceSlots + 2, barrierDatabase })
  const { activities, close } = openActivities(config, db, logger)
  const { namespace } = config.temporal
  const options = serviceWorkerOptions(service, activities, shutdownGraceMs)
  const interceptors = { activity: traces === undefined ? [] : [traceSteps(traces)] }
  const worker = await Worker.create({ ...options, interceptors, connection: temporal, namespace })
  const metrics = new Registry()
  addWorkerMetrics(metrics, [worker])
  addPoolMetrics(metrics, { sale: () => poolFigures(db) })
  const finished = worker.run()
  const askDatabase = createProbe('The database', probeMs, () => databaseNow(db))
  const health = await serveHealth(config.healthHost, config.healthPort, {
    check: async () => ({
      worker: worker.getState() === 'RUNNING' ? undefined : `is ${worker.getState()}`,
      database: await problemOf(askDatabase()),
    }),
    metrics: joinMetrics(metrics, sdkMetrics),
  })
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { healthPort: health.port })
  const client = new Client({ connection: temporal, namespace })
  const cleaning = barrierDatabase === undefined ? undefined : startCleaning(config, db, client, logger)
  logger.info({ service, healthPort: health.port }, 'working')
  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown()
    await Promise.all([finished, cleaning?.stop()])
    close()
    await Promise.all([health.close(), closeDatabase(db), temporal.close()])
  }
  return { healthPort: health.port, finished, stop }
}

/** Waits for the tables by a session in the sale's database, which has the record of the migrations. */
async function connect(config: ServiceConfig, logger: Logger): Promise<NativeConnection> {
  const db = connectDatabase(config.databaseUrl, { poolSize: 1 })
  try {
    await waitForDatabase(config, logger, db)
  } finally {
    await closeDatabase(db)
  }
  return waitForTemporal(config, logger)
}

/** Cleans the barrier of a service. */
function startCleaning(
  config: ServiceConfig,
  db: ReturnType<typeof connectDatabase>,
  client: Client,
  logger: Logger,
): BarrierCleaning {
  const { barrierCleaningMs: everyMs, barrierRetentionMs: retentionMs } = config
  return startBarrierCleaning(db, createEndedLanes(db, client), { ...cleaningBounds, everyMs, retentionMs }, logger)
}
