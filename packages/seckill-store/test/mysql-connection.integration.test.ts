import { sql } from 'kysely'
import {
  closeDatabase,
  connectDatabase,
  databaseNow,
  migrateToLatest,
  pendingMigrations,
  poolFigures,
} from 'seckill-store/mysql'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.drop())

interface Session {
  readonly isolation: string
  readonly lockWait: number
  readonly zone: string
}

async function readSession(): Promise<Session> {
  const { rows } = await sql<Session>`
    SELECT @@SESSION.transaction_isolation AS isolation, @@SESSION.innodb_lock_wait_timeout AS lockWait,
           @@SESSION.time_zone AS zone`
    .execute(database.db)
    .catch(() =>
      sql<Session>`
        SELECT @@SESSION.tx_isolation AS isolation, @@SESSION.innodb_lock_wait_timeout AS lockWait,
               @@SESSION.time_zone AS zone`.execute(database.db),
    )
  const [row] = rows
  if (row === undefined) throw new Error('no session row')
  return row
}

describe('a session', () => {
  test('runs READ COMMITTED in UTC and waits 3 seconds for a lock', async () => {
    expect(await readSession()).toEqual({ isolation: 'READ-COMMITTED', lockWait: 3, zone: '+00:00' })
  })

  test('ends a statement at its limit, and the connection can be used again', async () => {
    const hasty = connectDatabase(database.url, { poolSize: 1, statementSeconds: 1 })
    try {
      const slow = sql`SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b,
        information_schema.columns c WHERE CONCAT(a.column_name, b.column_name, c.column_name) = '-'`.execute(hasty)
      await expect(slow).rejects.toThrow(/max_statement_time|maximum statement execution time/)
      expect(await databaseNow(hasty)).toBeGreaterThan(0)
    } finally {
      await closeDatabase(hasty)
    }
  })

  test('counts changed rows, not found ones', async () => {
    await sql`INSERT INTO stock (voucher_id, quantity, total) VALUES (1, 5, 5)`.execute(database.db)
    const same = await database.db.updateTable('stock').set({ total: 5 }).where('voucher_id', '=', 1).executeTakeFirst()
    expect(same.numUpdatedRows).toBe(0n)
  })

  test('gives integers and sums as numbers while they are safe, and longer ones as strings', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      SELECT CAST(9007199254740991 AS SIGNED) AS safe, CAST(9007199254740993 AS SIGNED) AS wide, SUM(x) AS total
      FROM (SELECT 1 AS x UNION ALL SELECT 2) n`.execute(database.db)
    expect(rows).toEqual([{ safe: Number.MAX_SAFE_INTEGER, wide: '9007199254740993', total: 3 }])
  })

  test('tells the database time in epoch milliseconds', async () => {
    expect(Math.abs((await databaseNow(database.db)) - Date.now())).toBeLessThan(60_000)
  })
})

describe('a database that cannot be reached', () => {
  test('is named in the error, its password is not', async () => {
    const url = new URL(database.url)
    url.username = 'nobody_here'
    url.password = 'sesame-99'
    const db = connectDatabase(url.toString())
    const error = await databaseNow(db).catch((reason: unknown) => reason)
    await closeDatabase(db)
    expect(error).toMatchObject({ name: 'DatabaseUnavailable', code: 'ER_ACCESS_DENIED_ERROR' })
    expect(String(error)).toContain(`nobody_here@${url.hostname}`)
    expect(String(error)).not.toContain('sesame-99')
  })

  test('is reached again, with its session prepared, after the server ended the connection', async () => {
    const db = connectDatabase(database.url, { poolSize: 1 })
    const session = async () => {
      const { rows } = await sql<{ id: number; lockWait: number }>`
        SELECT CONNECTION_ID() AS id, @@SESSION.innodb_lock_wait_timeout AS lockWait`.execute(db)
      return rows[0]
    }
    const first = await session()
    await sql`KILL ${sql.lit(first?.id)}`.execute(database.db)
    const second = await vi.waitFor(session)
    await closeDatabase(db)
    expect(second?.id).not.toBe(first?.id)
    expect(second?.lockWait).toBe(3)
  })

  test('gives its connection back when the session cannot be prepared', async () => {
    const db = connectDatabase(database.url, { poolSize: 1, lockWaitSeconds: Number.NaN })
    await expect(databaseNow(db)).rejects.toThrow(/No connection to/)
    await expect(databaseNow(db)).rejects.toThrow(/No connection to/)
    await closeDatabase(db)
  })
})

describe('migrations', () => {
  test('leave nothing pending and do nothing the second time', async () => {
    expect(await pendingMigrations(database.db)).toEqual([])
    expect(await migrateToLatest(database.url)).toEqual([])
  })

  test('run again after being cut off half-way', async () => {
    await sql`DROP TABLE idempotency_keys`.execute(database.db)
    await sql`DELETE FROM kysely_migration WHERE name >= '0007'`.execute(database.db)
    const cutOff = await pendingMigrations(database.db)
    const seen: string[] = []
    await migrateToLatest(database.db, (name) => seen.push(name))
    expect(seen[0]).toBe('0007_promises')
    expect(seen).toEqual(cutOff)
    expect(await database.db.selectFrom('idempotency_keys').selectAll().execute()).toEqual([])
  })

  test('of several processes at once run each one once', async () => {
    await sql`DROP TABLE idempotency_keys`.execute(database.db)
    await sql`DELETE FROM kysely_migration WHERE name >= '0007'`.execute(database.db)
    const cutOff = await pendingMigrations(database.db)
    const ran = await Promise.all([1, 2, 3].map(() => migrateToLatest(database.url)))
    expect(ran.flat().sort()).toEqual(cutOff)
  })
})

describe('the figures of a pool', () => {
  test('tell the connections that statements have, and the requests that wait for one', async () => {
    const db = connectDatabase(database.url, { poolSize: 2 })
    try {
      expect(poolFigures(db)).toEqual({ limit: 2, used: 0, waiting: 0 })
      const sleeping = [1, 2, 3].map(() => sql`SELECT SLEEP(1)`.execute(db))
      await expect.poll(() => poolFigures(db)).toEqual({ limit: 2, used: 2, waiting: 1 })
      await Promise.all(sleeping)
      await expect.poll(() => poolFigures(db)).toEqual({ limit: 2, used: 0, waiting: 0 })
    } finally {
      await closeDatabase(db)
    }
  })
})
