import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { type BarrierDatabase, createBarrierTable } from 'saga-core/kysely'
import { type Account, bankNames } from './transfer.js'

/** A bank's database: its own table and the barrier's. */
export interface BankDatabase extends BarrierDatabase {
  accounts: { number: string; cents: number }
}

export type Banks = Readonly<Record<Account['bank'], Kysely<BankDatabase>>>

/** Connects to the databases `<prefix>_north` and `<prefix>_south` of a MySQL or MariaDB server. */
export function openBanks(server: string, prefix: string): Banks {
  return { north: connect(server, `${prefix}_north`), south: connect(server, `${prefix}_south`) }
}

/** Creates the two databases, without accounts. */
export async function createBanks(server: string, prefix: string): Promise<void> {
  const admin = connect(server, '')
  for (const bank of bankNames) await sql`CREATE DATABASE ${sql.id(`${prefix}_${bank}`)}`.execute(admin)
  await admin.destroy()
  const banks = openBanks(server, prefix)
  for (const db of Object.values(banks)) {
    await createBarrierTable(db)
    await db.schema
      .createTable('accounts')
      .addColumn('number', 'varchar(32)', (column) => column.primaryKey())
      .addColumn('cents', 'bigint', (column) => column.notNull())
      .execute()
  }
  await closeBanks(banks)
}

export async function closeBanks(banks: Banks): Promise<void> {
  for (const db of Object.values(banks)) await db.destroy()
}

function connect(server: string, database: string): Kysely<BankDatabase> {
  const uri = new URL(server)
  uri.pathname = `/${database}`
  return new Kysely({ dialect: new MysqlDialect({ pool: createPool({ uri: uri.href, connectionLimit: 10 }) }) })
}
