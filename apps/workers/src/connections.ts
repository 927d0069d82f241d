import { NativeConnection } from '@temporalio/worker'
import type { Logger } from 'pino'
import { connectGateRedis } from 'seckill-store/gate'
import {
  closeDatabase,
  connectDatabase,
  describeAddress,
  parseDatabaseUrl,
  pendingMigrations,
} from 'seckill-store/mysql'
import type { Config } from './config.js'
import { waitUntil } from './wait-until.js'
import { localActivitySlots, reconcileSlots, refundSlots } from './worker-options.js'

/** The clients of a worker process. */
export interface Connections {
  readonly temporal: NativeConnection
  readonly db: ReturnType<typeof connectDatabase>
  readonly redis: ReturnType<typeof connectGateRedis>
  /** Closes all three; the worker must have stopped. */
  close(): Promise<void>
}

/**
 * Connects, and waits until Temporal has the namespace and the database its tables. The gate may be down: lanes
 * go on without their holds, which the gate gets back from MySQL, and the compensations of lanes that roll back are retried.
 *
 * @throws DependencyUnavailable when one of them does not answer in time.
 */
export async function openConnections(config: Config, logger: Logger): Promise<Connections> {
  const db = connectDatabase(config.databaseUrl, { poolSize: localActivitySlots + refundSlots + reconcileSlots + 2 })
  const redis = connectGateRedis(config.redisUrl)
  redis.on('error', (err) => logger.warn({ err }, 'the gate does not answer'))
  try {
    const [temporal] = await Promise.all([waitForTemporal(config, logger), waitForDatabase(config, logger, db)])
    const close = async () => {
      redis.disconnect()
      await Promise.all([closeDatabase(db), temporal.close()])
    }
    return { temporal, db, redis, close }
  } catch (error) {
    redis.disconnect()
    await closeDatabase(db)
    throw error
  }
}

/** Connects to Temporal. @throws DependencyUnavailable when it does not have the namespace in time */
export async function waitForTemporal(
  { temporal, startTimeoutMs }: Pick<Config, 'temporal' | 'startTimeoutMs'>,
  logger: Logger,
): Promise<NativeConnection> {
  const { connection, namespace } = temporal
  const what = `Temporal at ${connection.address}, namespace ${namespace},`
  return waitUntil(
    what,
    startTimeoutMs,
    (err) => logger.warn({ err }, 'waiting for Temporal'),
    async () => {
      const native = await NativeConnection.connect(connection)
      try {
        await native.workflowService.describeNamespace({ namespace })
        return native
      } catch (error) {
        await native.close()
        throw error
      }
    },
  )
}

/** Waits until the database has the tables of this version. @throws DependencyUnavailable when it does not have them in time */
export async function waitForDatabase(
  { databaseUrl, startTimeoutMs }: Pick<Config, 'databaseUrl' | 'startTimeoutMs'>,
  logger: Logger,
  db: Connections['db'],
): Promise<void> {
  const what = `The database at ${describeAddress(parseDatabaseUrl(databaseUrl))}`
  await waitUntil(
    what,
    startTimeoutMs,
    (err) => logger.warn({ err }, 'waiting for the database'),
    async () => {
      const missing = await pendingMigrations(db)
      if (missing.length > 0)
        throw new Error(`These migrations have not run yet: ${missing.join(', ')}. Run them before the worker starts.`)
    },
  )
}
