import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Ids and codes: compared byte by byte, read back as strings. */
export function key(length: number): string {
  return `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin`
}

const tableOptions = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'

/** A migration that makes tables; IF NOT EXISTS lets one that was cut off half-way run again. */
export function createTables(tables: Readonly<Record<string, readonly string[]>>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const [name, parts] of Object.entries(tables)) {
        await sql.raw(`CREATE TABLE IF NOT EXISTS ${name} (\n  ${parts.join(',\n  ')}\n) ${tableOptions}`).execute(db)
      }
    },
  }
}

/** Adds a column, unless a run of the migration that was cut off has added it. */
export async function addColumn(db: Kysely<unknown>, table: string, column: string, type: string): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = ${table} AND column_name = ${column}`.execute(db)
  if (rows.length === 0) await sql.raw(`ALTER TABLE ${table} ADD ${column} ${type}`).execute(db)
}
