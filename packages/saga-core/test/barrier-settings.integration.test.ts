import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool, type PoolOptions } from 'mysql2'
import type { SetCall } from 'saga-core'
import { done, refused } from 'saga-core/activity'
import { checkBarrierTable, cleanBarrier, verifyBarrier, withBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let url: string
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, url, drop } = await barrierDatabase())
})
afterAll(() => drop())
beforeEach(async () => {
  await db.deleteFrom('saga_barrier').execute()
  await db.deleteFrom('accounts').execute()
})

function call(phase: SetCall['phase']): SetCall {
  return { saga: 'trip', step: 'book', phase, workflowId: 'w' }
}
function lanes(...keys: readonly string[]) {
  return keys.map((key) => ({ key, arg: key }))
}
async function accounts() {
  return (await db.selectFrom('accounts').select('id').orderBy('id').execute()).map(({ id }) => id)
}

/** Runs work on a pool with options of its own. */
async function pooled<T>(options: PoolOptions, work: (db: Kysely<TestDatabase>) => Promise<T>): Promise<T> {
  const other = new Kysely<TestDatabase>({
    dialect: new MysqlDialect({ pool: createPool({ uri: url, connectionLimit: 2, ...options }) }),
  })
  return work(other).finally(() => other.destroy())
}

function take(on: Kysely<TestDatabase>, key: string) {
  return withBarrier<TestDatabase, string, unknown>(on, call('action'), lanes(key), async (trx) => {
    await sql`INSERT INTO accounts VALUES (HEX(${Buffer.from(key)}), 1)`.execute(trx)
  })
}
function giveBack(on: Kysely<TestDatabase>, key: string) {
  return withBarrier<TestDatabase, string, unknown>(on, call('compensation'), lanes(key), async (trx) => {
    await sql`DELETE FROM accounts WHERE id = HEX(${Buffer.from(key)})`.execute(trx)
  })
}

describe('a barrier on a pool that casts TINYINT to booleans', () => {
  const options: PoolOptions = {
    typeCast: (field, next) => (field.type === 'TINY' ? field.string() === '1' : next()),
  }

  it('undoes what was done, replays refusals, and verifies what was never done as fenced', () =>
    pooled(options, async (cast) => {
      await take(cast, 'done')
      await giveBack(cast, 'done')
      expect(await accounts()).toEqual([])

      const refusing = () => withBarrier(cast, call('action'), lanes('full'), async () => [refused('full', 'FULL')])
      await refusing()
      expect(await refusing()).toEqual([{ key: 'full', status: 'refused', code: 'FULL', definite: true }])

      const verify = () => verifyBarrier(cast, call('verify'), lanes('never'))
      expect([await verify(), await verify()]).toEqual(Array(2).fill([{ key: 'never', status: 'fenced' }]))
    }))

  it('is cleaned page by page', () =>
    pooled(options, async (cast) => {
      for (const key of ['a', 'b']) {
        await take(cast, key)
        await giveBack(cast, key)
      }
      await sql`UPDATE saga_barrier SET at = at - ${30 * 86_400_000}`.execute(db)

      const report = await cleanBarrier(cast, {
        olderThanMs: 20 * 86_400_000,
        rowsAtOnce: 1,
        ended: async (_, all) => all,
      })
      expect(report).toEqual({ seen: 4, deleted: 4, kept: 0 })
    }))
})

it('a barrier throws at a row with an unknown state', async () => {
  await sql`INSERT INTO saga_barrier VALUES ('trip', 'book', 0, 'a', 9, '0123456789abcdef', NULL, 0)`.execute(db)

  await expect(take(db, 'a')).rejects.toMatchObject({
    code: 'SAGA_BARRIER_TABLE',
    message: expect.stringMatching(/step "book", lane "a".*state "9"/),
  })
})

it.each(['lane', 'token', 'result'])('a barrier throws on a pool that casts its binary column %s to text', (name) =>
  pooled({ typeCast: (field, next) => (field.name === name ? field.string() : next()) }, async (cast) => {
    const book = (on: typeof db) => withBarrier(on, call('action'), lanes('a'), async () => [done('a', { seat: 7 })])
    await book(db)

    await expect(book(cast)).rejects.toMatchObject({
      code: 'SAGA_BARRIER_TABLE',
      message: expect.stringMatching(/typeCast/),
    })
  }),
)

describe('a barrier finds its rows again, of any key,', () => {
  const keys = ['座', 'ä', '🎟', `"a'\\`, '\n\u0000']

  it.each([
    ['with the charset latin1', { charset: 'latin1_swedish_ci' }],
    ['with the charset utf8mb3', { charset: 'utf8_general_ci' }],
    ['with the charset big5', { charset: 'big5_chinese_ci' }],
  ] as const)('on a pool %s', (_, options) =>
    pooled(options, async (other) => {
      for (const key of keys) {
        await take(other, key)
        await take(other, key)
      }
      expect(await accounts()).toHaveLength(keys.length)
      for (const key of keys) await giveBack(other, key)
      expect(await accounts()).toEqual([])
    }),
  )

  it('under NO_BACKSLASH_ESCAPES', () =>
    pooled({ connectionLimit: 1 }, async (other) => {
      await sql`SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')`.execute(other)
      for (const key of keys) {
        await take(other, key)
        await giveBack(other, key)
      }
      expect(await accounts()).toEqual([])
    }))
})

it('a barrier and its cleaning are in the database of the connection, with another schema too', async () => {
  const other = await barrierDatabase()
  const name = new URL(other.url).pathname.slice(1)

  await take(db.withSchema(name), 'a')
  await take(db.withSchema(name), 'a')
  await giveBack(db.withSchema(name), 'a')
  const elsewhere = await other.db.selectFrom('saga_barrier').selectAll().execute()
  await other.drop()

  expect(await accounts()).toEqual([])
  expect(elsewhere).toEqual([])
  expect(await db.selectFrom('saga_barrier').selectAll().execute()).toHaveLength(2)
})

describe('a session whose settings are not those of a barrier', () => {
  const settings = [
    ["sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')", /sql_mode has NO_BACKSLASH_ESCAPES.*backslash/],
    ['sql_select_limit = 1', /sql_select_limit is 1, under 2000.*SELECT/],
    ['sql_select_limit = 0', /sql_select_limit is 0, under 2000/],
    ['autocommit = 0', /autocommit is OFF.*never committed/],
    ['completion_type = 1', /completion_type is CHAIN/],
    ['completion_type = 2', /completion_type is RELEASE/],
  ] as const

  it.each(settings)('is named by checkBarrierTable: %s', (setting, message) =>
    pooled({ connectionLimit: 1 }, async (other) => {
      await sql`SET SESSION ${sql.raw(setting)}`.execute(other)

      await expect(checkBarrierTable(other)).rejects.toMatchObject({
        code: 'SAGA_BARRIER_SERVER',
        message: expect.stringMatching(message),
      })
    }),
  )

  it('is told all of it at once', () =>
    pooled({ connectionLimit: 1 }, async (other) => {
      await sql`SET SESSION autocommit = 0, sql_select_limit = 5`.execute(other)

      await expect(checkBarrierTable(other)).rejects.toThrow(/sql_select_limit is 5.*; autocommit is OFF/)
    }))

  it('that reads one row at once: the barrier reads all of its rows', () =>
    pooled({ connectionLimit: 1 }, async (other) => {
      await sql`SET SESSION sql_select_limit = 1`.execute(other)
      const book = () => withBarrier(other, call('action'), lanes('a', 'b', 'c'), async () => undefined)
      await book()

      expect((await book()).map(({ status }) => status)).toEqual(['done', 'done', 'done'])
    }))
})
