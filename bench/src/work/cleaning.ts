import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { gateKeys } from 'seckill-store/gate'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'

/** What a run writes; users stay. */
const TABLES = [
  'purchases',
  'user_claims',
  'voucher_claims',
  'stock',
  'stock_ledger',
  'orders',
  'saga_barrier',
  'request_tallies',
  'seckill_vouchers',
  'vouchers',
] as const

/** Gives every run the same empty tables and keys to begin with. */
export interface Cleaner {
  clean(voucherId: number): Promise<void>
  close(): Promise<void>
}

/** Needs the account that may change tables. */
export function openCleaner(databaseMigrationUrl: string, redisUrl: string): Cleaner {
  const db = connectDatabase(databaseMigrationUrl, { poolSize: 1, statementSeconds: 0, lockWaitSeconds: 30 })
  const redis = new Redis(redisUrl)
  // It connects again by itself after a kill; a call that fails says so.
  redis.on('error', () => {})
  return {
    async clean(voucherId) {
      await redis.unlink(...Object.values(gateKeys(voucherId)))
      for (const table of TABLES) await sql`TRUNCATE TABLE ${sql.table(table)}`.execute(db)
    },
    async close() {
      redis.disconnect()
      await closeDatabase(db)
    },
  }
}
