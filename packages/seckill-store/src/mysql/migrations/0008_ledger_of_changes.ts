import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Columns of the ledger for a change of the total: who made it, and the total before and after. They are NULL for the
 * movements of a purchase, whose reference names it.
 */
export const ledgerOfChanges: Migration = {
  async up(db: Kysely<unknown>) {
    const { rows } = await sql`
      SELECT 1 FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'stock_ledger' AND column_name = 'actor'`.execute(db)
    // The change is one statement: a migration that was cut off has made all of it or nothing.
    if (rows.length > 0) return
    await sql`
      ALTER TABLE stock_ledger
        ADD actor VARCHAR(128) NULL, ADD total_before BIGINT NULL, ADD total_after BIGINT NULL`.execute(db)
  },
}
