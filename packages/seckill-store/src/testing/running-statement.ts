import { type Kysely, sql } from 'kysely'
import type { Database } from '../mysql/database.js'

/**
 * Resolves once another session of this database is running a statement that begins so. Ask through the transaction that holds the
 * lock the statement waits for: a session shows its last statement for a moment after it has answered.
 */
export async function untilRunning(holder: Kysely<Database>, beginning: string): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      SELECT id FROM information_schema.processlist
      WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE ${`${beginning}%`}`.execute(holder)
    if (rows.length > 0) return
  }
}
