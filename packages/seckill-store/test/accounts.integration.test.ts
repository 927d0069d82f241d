import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import {
  type AccountName,
  type AccountUrls,
  accountNames,
  accountRights,
  barrierDatabaseOf,
  closeDatabase,
  connectDatabase,
  type Database,
  driverError,
  makeAccounts,
  newAccountUrls,
  type Right,
} from 'seckill-store/mysql'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A column of a table of the sale. */
interface Column {
  readonly table: string
  readonly column: string
}

const prefix = `seckill_${randomBytes(4).toString('hex')}`
const barriers = accountNames.filter((name) => accountRights[name].barrier)
const rights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const

let database: TemporaryDatabase
let accounts: AccountUrls
let columns: readonly Column[]
let tables: readonly string[]

beforeAll(async () => {
  database = await temporaryDatabase()
  accounts = newAccountUrls(database.url, prefix)
  await makeAccounts(database.url, accounts)
  const { rows } = await sql<Column>`
    SELECT table_name AS \`table\`, column_name AS \`column\` FROM information_schema.columns
    WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`.execute(database.db)
  columns = rows
  tables = [...new Set(rows.map(({ table }) => table))]
})

afterAll(async () => {
  const { rows } = await sql<{ account: string }>`SELECT CURRENT_USER() AS account`.execute(database.db)
  const host = rows[0]?.account.split('@')[1]
  for (const name of accountNames) {
    await sql.raw(`DROP USER IF EXISTS '${prefix}_${name}'@'${host}'`).execute(database.db)
    await sql
      .raw(`DROP DATABASE IF EXISTS ${barrierDatabaseOf(name, database.name) ?? `${prefix}_none`}`)
      .execute(database.db)
  }
  await database.drop()
})

/** A statement that needs one right on one column, or on the table for DELETE, and changes nothing. */
const statements: Readonly<Record<Right, (table: string, column: string) => string>> = {
  SELECT: (table, column) => `SELECT ${column} FROM ${table} LIMIT 0`,
  INSERT: (table, column) => `INSERT IGNORE INTO ${table} (${column}) SELECT '1' FROM (SELECT 1) AS one WHERE FALSE`,
  UPDATE: (table, column) => `UPDATE ${table} SET ${column} = '1' WHERE FALSE`,
  DELETE: (table) => `DELETE FROM ${table} WHERE FALSE`,
}

/** Reports whether the server lets an account send a statement. */
async function isAllowed(db: Kysely<Database>, statement: string): Promise<boolean> {
  try {
    await sql.raw(statement).execute(db)
    return true
  } catch (error) {
    const code = driverError(error)?.code
    if (code === 'ER_TABLEACCESS_DENIED_ERROR' || code === 'ER_COLUMNACCESS_DENIED_ERROR') return false
    throw new Error(`${statement}: ${String(error)}`, { cause: error })
  }
}

/** What `accountRights` gives an account, as `RIGHT table.column`. */
function expectedRights(account: AccountName): readonly string[] {
  const { own, shared } = accountRights[account]
  return rights.flatMap((right) =>
    columns.flatMap(({ table, column }) => {
      const named: Readonly<Partial<Record<Right, '*' | readonly string[]>>> =
        shared[table as keyof typeof shared] ?? {}
      const given = named[right]
      const has = own.some((name) => name === table) || given === '*' || given?.includes(column)
      return has ? [`${right} ${table}.${column}`] : []
    }),
  )
}

describe.each(accountNames)('the account %s', (name) => {
  it('may do with each column of each table what its rights say, and nothing else', async () => {
    const db = connectDatabase(accounts[name], { poolSize: 1 })
    try {
      const found: string[] = []
      for (const right of rights)
        for (const { table, column } of columns)
          if (await isAllowed(db, statements[right](table, `\`${column}\``))) found.push(`${right} ${table}.${column}`)
      expect(found).toEqual(expectedRights(name))
    } finally {
      await closeDatabase(db)
    }
  })

  it('locks rows of its own tables, and of those of others of which it may change a column', async () => {
    const db = connectDatabase(accounts[name], { poolSize: 1 })
    const { own, shared } = accountRights[name]
    const changed = Object.entries(shared).filter(([, named]) => 'UPDATE' in named)
    try {
      for (const table of [...own, ...changed.map(([other]) => other)]) {
        const [column = ''] = expectedRights(name).filter((right) => right.startsWith(`SELECT ${table}.`))
        const lock = `${statements.SELECT(table, column.replace(/.*\./, ''))} FOR UPDATE`
        expect([table, await isAllowed(db, lock)]).toEqual([table, true])
      }
    } finally {
      await closeDatabase(db)
    }
  })

  it('has its own barrier rows alone', async () => {
    const db = connectDatabase(accounts[name], { poolSize: 1 })
    try {
      for (const other of barriers) {
        const read = await isAllowed(
          db,
          statements.SELECT(`${barrierDatabaseOf(other, database.name)}.saga_barrier`, 'lane'),
        )
        expect({ other, read }).toEqual({ other, read: other === name })
      }
      expect(await isAllowed(db, statements.SELECT('saga_barrier', 'lane'))).toBe(name === 'worker')
    } finally {
      await closeDatabase(db)
    }
  })

  it('may make no table and no user, and read no other database', async () => {
    const db = connectDatabase(accounts[name], { poolSize: 1 })
    try {
      for (const statement of [
        'CREATE TABLE stray (id INT)',
        `CREATE USER '${prefix}_stray'`,
        'SELECT * FROM mysql.user',
      ])
        await expect(sql.raw(statement).execute(db)).rejects.toThrow(/denied/)
    } finally {
      await closeDatabase(db)
    }
  })
})

it('the account of stock cannot read payments', async () => {
  const db = connectDatabase(accounts.stock, { poolSize: 1 })
  await expect(db.selectFrom('payments').selectAll().execute()).rejects.toThrow(/denied/)
  await closeDatabase(db)
})

it('a table belongs to one account, or to the sale as a whole', () => {
  const owned = accountNames.flatMap((name) => accountRights[name].own)
  expect(new Set(owned).size).toBe(owned.length)
  const ofTheSale = ['audit', 'blocks', 'certificate_parts', 'certificates', 'request_tallies']
  const kysely = ['kysely_migration', 'kysely_migration_lock']
  expect(tables.toSorted()).toEqual([...owned, ...ofTheSale, ...kysely].toSorted())
})

it('an account that is made again has the password of its new URL, and its rights without what was added by hand', async () => {
  const before = accounts
  const { username } = new URL(before.stock)
  const { rows } = await sql<{ account: string }>`SELECT CURRENT_USER() AS account`.execute(database.db)
  const host = rows[0]?.account.split('@')[1]
  await sql.raw(`GRANT SELECT ON \`${database.name}\`.payments TO '${username}'@'${host}'`).execute(database.db)
  accounts = newAccountUrls(database.url, prefix)
  await makeAccounts(database.url, accounts)
  const stale = connectDatabase(before.stock, { poolSize: 1 })
  await expect(sql`SELECT 1`.execute(stale)).rejects.toThrow(/denied/i)
  await closeDatabase(stale)
  const db = connectDatabase(accounts.stock, { poolSize: 1 })
  await expect(db.selectFrom('stock').selectAll().execute()).resolves.toEqual([])
  await expect(db.selectFrom('payments').selectAll().execute()).rejects.toThrow(/denied/)
  await closeDatabase(db)
})

it('the account that makes the others is never made one of them', async () => {
  const own = { ...newAccountUrls(database.url, prefix), order: database.url }
  await expect(makeAccounts(database.url, own)).rejects.toThrow(/ORDER_DATABASE_URL has the user that makes/)
  const foreign = newAccountUrls(`${database.url}_other`, prefix)
  await expect(makeAccounts(database.url, foreign)).rejects.toThrow(/is of the database/)
})
