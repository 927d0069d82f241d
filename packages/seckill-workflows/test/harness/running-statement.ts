import { type Kysely, sql } from 'kysely'
import type { Database } from 'seckill-store/mysql'

/** Resolves once a statement that begins so is running in this database: the caller holds the lock it waits for. */
export async function untilRunning(db: Kysely<Database>, beginning: string): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      SELECT id FROM information_schema.processlist
      WHERE db = DATABASE() AND info LIKE ${`${beginning}%`}`.execute(db)
    if (rows.length > 0) return
  }
}
