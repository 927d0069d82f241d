import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from './database.js'

/** SQL for the database's time in epoch milliseconds, one value for a whole statement. */
export const nowMs: RawBuilder<number> = sql<number>`CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED)`

/** The database's time in epoch milliseconds. */
export async function databaseNow(db: Kysely<Database>): Promise<number> {
  const { now } = await db.selectNoFrom(nowMs.as('now')).executeTakeFirstOrThrow()
  return now
}
