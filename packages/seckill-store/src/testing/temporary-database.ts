import { randomBytes, randomInt } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { closeDatabase, connectDatabase, type Database, migrateToLatest } from '../mysql/index.js'

/** A migrated database of a test's own. */
export interface TemporaryDatabase {
  readonly db: Kysely<Database>
  readonly url: string
  /** Closes `db` and drops the database. */
  drop(): Promise<void>
}

/**
 * Creates and migrates `seckill_test_<random>` through DATABASE_MIGRATION_URL.
 *
 * @throws Error when DATABASE_MIGRATION_URL is not set or its user may not create databases
 */
export async function temporaryDatabase(poolSize = 8): Promise<TemporaryDatabase> {
  const adminUrl = process.env.DATABASE_MIGRATION_URL
  if (adminUrl === undefined)
    throw new Error('DATABASE_MIGRATION_URL is not set: set it to a server that tests may use')
  const name = `seckill_test_${randomBytes(8).toString('hex')}`
  await asAdmin(adminUrl, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  const url = withDatabase(adminUrl, name)
  await migrateToLatest(url)
  const db = connectDatabase(url, { poolSize })
  const drop = async (): Promise<void> => {
    await closeDatabase(db)
    await asAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name}`)
  }
  return { db, url, drop }
}

/** A voucher id no other test uses. */
export function temporaryVoucherId(): number {
  return randomInt(1_000_000, 2 ** 40)
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const admin = connectDatabase(url, { poolSize: 1, statementSeconds: 0 })
  try {
    await sql.raw(statement).execute(admin)
  } finally {
    await closeDatabase(admin)
  }
}

function withDatabase(url: string, name: string): string {
  const target = new URL(url)
  target.pathname = `/${name}`
  return target.toString()
}
