import { randomBytes } from 'node:crypto'
import { Kysely, type Logger, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { type BarrierDatabase, createBarrierTable } from 'saga-core/kysely'

interface AccountsTable {
  id: string
  balance: number
}

/** A business table beside the barrier. */
export interface TestDatabase extends BarrierDatabase {
  accounts: AccountsTable
}

/** Creates a database of this test's own at DATABASE_MIGRATION_URL; `drop` removes it. `log` gets every statement. */
export async function barrierDatabase(log?: Logger): Promise<{
  readonly db: Kysely<TestDatabase>
  /** The database's URL, for further pools and other processes. */
  readonly url: string
  readonly drop: () => Promise<void>
}> {
  const url = process.env.DATABASE_MIGRATION_URL
  if (!url) throw new Error('DATABASE_MIGRATION_URL is not set: it names the server these tests make their database on')
  const name = `seckill_barrier_${randomBytes(5).toString('hex')}`
  const server = new Kysely<TestDatabase>({ dialect: new MysqlDialect({ pool: createPool(url) }) })
  await sql`CREATE DATABASE ${sql.id(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`.execute(server)
  const own = new URL(url)
  own.pathname = `/${name}`
  const db = new Kysely<TestDatabase>({
    dialect: new MysqlDialect({ pool: createPool({ uri: own.href, connectionLimit: 8 }) }),
    ...(log && { log }),
  })
  await createBarrierTable(db)
  await sql`CREATE TABLE accounts (id VARCHAR(160) PRIMARY KEY, balance INT NOT NULL, CHECK (balance >= 0))`.execute(db)
  return {
    db,
    url: own.href,
    async drop() {
      await db.destroy()
      await sql`DROP DATABASE ${sql.id(name)}`.execute(server)
      await server.destroy()
    },
  }
}
