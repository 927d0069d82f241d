import { type Kysely, sql } from 'kysely'
import { createConnection } from 'mysql2/promise'
import { closeDatabase, connectDatabase, type Database } from 'seckill-store/mysql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type OwnMariaDb, ownMariaDb } from './own-mariadb.js'

const usual = {
  sql_mode: "'STRICT_TRANS_TABLES'",
  autocommit: '1',
  completion_type: "'NO_CHAIN'",
  sql_select_limit: '18446744073709551615',
  character_set_server: "'utf8mb4'",
  init_connect: "''",
  max_allowed_packet: '16777216',
}

let server: OwnMariaDb
let admin: Awaited<ReturnType<typeof createConnection>>
beforeAll(async () => {
  server = await ownMariaDb()
  admin = await createConnection({ uri: server.url })
  await admin.query('SET NAMES utf8mb4')
  await admin.query('CREATE TABLE notes (id INT PRIMARY KEY, text VARCHAR(100)) CHARACTER SET utf8mb4')
}, 120_000)
afterAll(async () => {
  await admin?.end()
  await server?.stop()
})
beforeEach(async () => {
  await set(usual)
  await admin.query('DELETE FROM notes')
})

async function set(settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await admin.query(`SET GLOBAL ${name} = ${value}`)
}

/** Works in a session that is opened under the settings of the server. */
async function inSession<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const db = connectDatabase(server.url, { poolSize: 1 })
  try {
    return await work(db)
  } finally {
    await closeDatabase(db)
  }
}

describe('a session of the sale does what it says on a server', () => {
  test.each([
    ['whose sessions do not commit single statements', { autocommit: '0' }],
    ['whose commits begin another transaction', { completion_type: "'CHAIN'" }],
    ['whose commits end the connection', { completion_type: "'RELEASE'" }],
    ['that gives one row at a time', { sql_select_limit: '1' }],
    ['that reads a backslash as one', { sql_mode: "'NO_BACKSLASH_ESCAPES'" }],
    ['that reads double quotes as names', { sql_mode: "'ANSI_QUOTES'" }],
    ['whose charset is not that of its clients', { character_set_server: "'latin1'" }],
  ])('%s', async (_, settings) => {
    await set(settings)
    const text = `a'b\\"座🎟`
    await inSession(async (db) => {
      await db.transaction().execute((trx) => sql`INSERT INTO notes VALUES (1, ${text})`.execute(trx))
      for (const id of [2, 3, 4]) await sql`INSERT INTO notes VALUES (${id}, ${text})`.execute(db)
      const { rows } = await sql`SELECT id FROM notes`.execute(db)
      expect(rows).toHaveLength(4)
    })

    const [seen] = await admin.query('SELECT text FROM notes')
    expect(seen).toEqual(Array(4).fill({ text }))
  })
})

test('a session of the sale is refused where statements may not be long, with what to do', async () => {
  await set({ max_allowed_packet: '1048576' })

  await expect(inSession((db) => sql`SELECT 1`.execute(db))).rejects.toMatchObject({
    name: 'DatabaseUnavailable',
    message: expect.stringMatching(
      /sale@127\.0\.0\.1.*max_allowed_packet is 1048576, under 2097152.*raise it in the server/,
    ),
  })
})
