import { Client, Connection } from '@temporalio/client'
import type { Stack } from 'seckill-local-stack'
import { createTemporalCalls } from 'seckill-process/temporal-calls'
import { connectGateRedis, createGate, type Gate } from 'seckill-store/gate'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'

/** Open connections to the MySQL, Redis and Temporal of a sale. */
export interface Sources {
  readonly db: ReturnType<typeof connectDatabase>
  readonly gate: Gate
  readonly temporal: Client
  close(): Promise<void>
}

/** The addresses of a sale's sources. */
export type SourceAddresses = Pick<Stack, 'databaseUrl' | 'redisUrl' | 'temporalAddress'>

/** Connects to the database, the gate and Temporal; close them when done. */
export async function openSources(addresses: SourceAddresses): Promise<Sources> {
  const calls = createTemporalCalls()
  const connection = await Connection.connect({
    address: addresses.temporalAddress,
    interceptors: calls.interceptors,
  })
  const db = connectDatabase(addresses.databaseUrl, { poolSize: 2 })
  const redis = connectGateRedis(addresses.redisUrl)
  // Each call fails with its own error while Redis is down, and ioredis reconnects.
  redis.on('error', () => {})
  return {
    db,
    gate: createGate(redis),
    temporal: new Client({ connection }),
    close: async () => {
      redis.disconnect()
      await Promise.all([closeDatabase(db), calls.end()])
      await connection.close()
    },
  }
}
