import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { closeDatabase, connectDatabase } from './connect.js'
import type { Database } from './database.js'
import { migrations } from './migrations/index.js'

/**
 * Runs every migration that has not run yet and answers their names; several processes at once wait for each other.
 * Given a URL it opens a session of its own without a statement limit, and ends it.
 * @throws the database's error of the migration that failed; run again, it goes on from there
 */
export async function migrateToLatest(
  database: string | Kysely<Database>,
  onProgress: (migration: string) => void = () => {},
): Promise<readonly string[]> {
  if (database instanceof Kysely) return runMigrations(database, onProgress)
  const db = connectDatabase(database, { poolSize: 2, statementSeconds: 0, lockWaitSeconds: 60 })
  try {
    return await runMigrations(db, onProgress)
  } finally {
    await closeDatabase(db)
  }
}

/** The migrations that have not run yet. */
export async function pendingMigrations(db: Kysely<Database>): Promise<readonly string[]> {
  const known = await migrator(db).getMigrations()
  return known.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name)
}

async function runMigrations(db: Kysely<Database>, onProgress: (migration: string) => void): Promise<string[]> {
  const done: string[] = []
  for (;;) {
    const { error, results } = await migrator(db).migrateUp()
    if (error !== undefined) throw error
    const ran = results?.[0]
    if (ran === undefined) return done
    done.push(ran.migrationName)
    onProgress(ran.migrationName)
  }
}

function migrator(db: Kysely<Database>): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } })
}
