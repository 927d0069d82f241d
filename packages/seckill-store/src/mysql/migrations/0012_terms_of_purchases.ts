import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { addColumn } from './ddl.js'

/** A purchase keeps the version of the terms it was admitted under; payments are found by the time of their creation. */
export const termsOfPurchases: Migration = {
  async up(db: Kysely<unknown>) {
    // 0: taken before this migration. Nothing is sold under such terms.
    await addColumn(db, 'purchases', 'terms_version', 'INT NOT NULL DEFAULT 0')
    const { rows } = await sql`
      SELECT 1 FROM information_schema.statistics
      WHERE table_schema = DATABASE() AND table_name = 'payments' AND index_name = 'payments_by_state'`.execute(db)
    if (rows.length === 0) {
      await sql`ALTER TABLE payments ADD KEY payments_by_state (state, created_at)`.execute(db)
    }
  },
}
