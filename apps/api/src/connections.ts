import { Client, Connection } from '@temporalio/client'
import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import { createTemporalCalls } from 'seckill-process/temporal-calls'
import { connectGateRedis } from 'seckill-store/gate'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import type { Config } from './config.js'

/** The clients of one process; each connects lazily and reconnects after a loss. */
export interface Connections {
  readonly redis: ReturnType<typeof connectGateRedis>
  readonly db: SaleDatabase
  /** A pool of its own, so that no rush of other requests takes the connections of payments. */
  readonly paymentDb: SaleDatabase
  readonly temporal: Client
  /** Calls Temporal's GetSystemInfo. @throws ServiceError when Temporal does not answer */
  pingTemporal(): Promise<void>
  close(): Promise<void>
}

/** The MySQL connection pool of the sale. */
export type SaleDatabase = ReturnType<typeof connectDatabase>

const pingLimitMs = 2_000

/** A provider waits some seconds for the answer to a callback, which may have to wait for a lock twice. */
const paymentLockWaitSeconds = 2

/** A connection on which Temporal does not answer a ping is replaced; Temporal refuses pings within 10 s. */
const keepalive = { 'grpc.keepalive_time_ms': 15_000, 'grpc.keepalive_timeout_ms': 5_000 }

/** Creates the clients without waiting for a connection. */
export function openConnections(config: Config, logger: Logger): Connections {
  const redis = connectGateRedis(config.redisUrl)
  redis.on('error', (error: unknown) =>
    logger.warn({ reason: reasonOf(error) }, 'Redis connection failed; connecting again'),
  )
  const db = connectDatabase(config.databaseUrl, { poolSize: config.databasePool })
  const paymentDb = connectDatabase(config.databaseUrl, {
    poolSize: config.paymentDatabasePool,
    lockWaitSeconds: paymentLockWaitSeconds,
  })
  const calls = createTemporalCalls()
  const connection = Connection.lazy({
    ...config.temporal.connection,
    channelArgs: keepalive,
    interceptors: calls.interceptors,
  })
  const temporal = new Client({ connection, namespace: config.temporal.namespace })
  return {
    redis,
    db,
    paymentDb,
    temporal,
    async pingTemporal() {
      const deadline = Date.now() + pingLimitMs
      await temporal.withDeadline(deadline, () => temporal.workflowService.getSystemInfo({}))
    },
    async close() {
      redis.disconnect()
      await Promise.all([closeDatabase(db), closeDatabase(paymentDb), calls.end()])
      await connection.close()
    },
  }
}
