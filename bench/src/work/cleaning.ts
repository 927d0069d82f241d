import { Client, Connection } from '@temporalio/client'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import type { Stack } from 'seckill-local-stack'
import { gateKeys } from 'seckill-store/gate'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'

/** The tables that a run writes; users stay. */
const tables = [
  'purchases',
  'user_claims',
  'voucher_claims',
  'stock',
  'stock_ledger',
  'orders',
  'saga_barrier',
  'request_tallies',
  'seckill_vouchers',
  'campaign_terms',
  'idempotency_keys',
  'vouchers',
] as const

/** Gives every run the same empty tables and keys to begin with. */
export interface Cleaner {
  clean(voucherId: number): Promise<void>
  /** After a scenario that did not come to its end: its runs are terminated and its rows removed. */
  abandon(): Promise<void>
  close(): Promise<void>
}

/** Uses the account that may change tables. */
export function openCleaner({ databaseMigrationUrl, redisUrl, temporalAddress }: Stack): Cleaner {
  const db = connectDatabase(databaseMigrationUrl, { poolSize: 1, statementSeconds: 0, lockWaitSeconds: 30 })
  const redis = new Redis(redisUrl)
  // It connects again by itself after a kill; a call that fails says so.
  redis.on('error', () => {})
  const truncate = async (): Promise<void> => {
    for (const table of tables) await sql`TRUNCATE TABLE ${sql.table(table)}`.execute(db)
  }
  return {
    async clean(voucherId) {
      await redis.unlink(...Object.values(gateKeys(voucherId)))
      await truncate()
    },
    async abandon() {
      await terminateRuns(temporalAddress)
      await truncate()
    },
    async close() {
      redis.disconnect()
      await closeDatabase(db)
    },
  }
}

async function terminateRuns(address: string): Promise<void> {
  const connection = await Connection.connect({ address })
  try {
    const { workflow } = new Client({ connection })
    for await (const { workflowId, runId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      await workflow.getHandle(workflowId, runId).terminate('its scenario did not come to its end')
    }
  } finally {
    await connection.close()
  }
}
