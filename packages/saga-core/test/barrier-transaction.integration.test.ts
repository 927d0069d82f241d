import { type Kysely, sql, type Transaction } from 'kysely'
import type { SetCall } from 'saga-core'
import { done, refuse, refused } from 'saga-core/activity'
import { withBarrier, withLaneBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase())
})
afterAll(() => drop())
beforeEach(async () => {
  await db.deleteFrom('saga_barrier').execute()
  await db.deleteFrom('accounts').execute()
  const ids = Array.from({ length: 60 }, (_, at) => sql`(${`id-${10 + at}`}, 10)`)
  await sql`INSERT INTO accounts VALUES ${sql.join(ids)}`.execute(db)
})

const call: SetCall = { saga: 'trip', step: 'book', phase: 'action', workflowId: 'w' }
const lanes = ['a', 'b'].map((key) => ({ key, arg: key }))
function take(trx: Transaction<TestDatabase>, id: string) {
  return sql`UPDATE accounts SET balance = balance - 1 WHERE id = ${id}`.execute(trx)
}
async function balances() {
  const rows = await db
    .selectFrom('accounts')
    .select('balance')
    .where('id', 'in', ['id-10', 'id-11', 'id-12'])
    .execute()
  return rows.map(({ balance }) => balance)
}
function rows() {
  return db.selectFrom('saga_barrier').selectAll().execute()
}

/** Makes the transaction of `work` the victim of a deadlock over id-10 and id-11, which the other transaction, with more rows, wins. */
async function inDeadlock(work: (meet: () => Promise<void>) => Promise<unknown>): Promise<unknown> {
  let isReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  let theirs: Promise<unknown> = Promise.resolve()
  const meet = async () => {
    await new Promise<void>((resolve) => {
      theirs = db.transaction().execute(async (trx) => {
        await sql`UPDATE accounts SET balance = balance + 0, id = id WHERE id >= 'id-11'`.execute(trx)
        await sql`UPDATE accounts SET balance = balance + 1 WHERE id > 'id-20'`.execute(trx)
        resolve()
        const locking = sql`UPDATE accounts SET balance = balance + 0 WHERE id = 'id-10' AND balance < 100`.execute(trx)
        isReady()
        await locking
      })
    })
    await ready
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const ended = await work(meet).catch((error: unknown) => error)
  await theirs
  return ended
}

it('work that catches the loss of its connection fails, and nothing of it is committed', async () => {
  const work = withBarrier<TestDatabase, string, unknown>(db, call, lanes, async (trx) => {
    await take(trx, 'id-10')
    await sql`KILL CONNECTION_ID()`.execute(trx).catch(() => undefined)
    return [done('a'), done('b')]
  })

  await expect(work).rejects.toMatchObject({ fatal: true })
  expect([await rows(), (await balances())[0]]).toEqual([[], 10])
})

describe('work that catches the deadlock which rolled its transaction back', () => {
  it('fails with the deadlock, and nothing of it is committed', async () => {
    const ended = await inDeadlock((meet) =>
      withBarrier<TestDatabase, string, unknown>(db, call, lanes, async (trx) => {
        await take(trx, 'id-10')
        await meet()
        const second = await take(trx, 'id-11').then(
          () => done('b'),
          () => refused('b', 'SOLD_OUT'),
        )
        await take(trx, 'id-12').catch(() => undefined)
        return [done('a'), second]
      }),
    )

    expect(ended).toMatchObject({ code: 'ER_LOCK_DEADLOCK' })
    expect(await balances()).toEqual([10, 10, 10])
    expect(await rows()).toEqual([])
  })

  it('in a stream of rows: fails with the deadlock', async () => {
    const ended = await inDeadlock((meet) =>
      withBarrier<TestDatabase, string, unknown>(db, call, lanes, async (trx) => {
        await take(trx, 'id-10')
        await meet()
        const rows = trx.selectFrom('accounts').selectAll().where('id', '=', 'id-11').forUpdate().stream()
        await Array.fromAsync(rows).catch(() => undefined)
      }),
    )

    expect(ended).toMatchObject({ code: 'ER_LOCK_DEADLOCK' })
    expect(await rows()).toEqual([])
  })

  it('for one lane: fails with the deadlock when it refuses afterwards', async () => {
    const ended = await inDeadlock((meet) =>
      withLaneBarrier<TestDatabase, void>(db, { ...call, lane: 'a', idempotencyKey: 'k' }, async (trx) => {
        await take(trx, 'id-10')
        await meet()
        await take(trx, 'id-11').catch(() => {
          throw refuse('SOLD_OUT')
        })
      }),
    )

    expect(ended).toMatchObject({ code: 'ER_LOCK_DEADLOCK' })
    expect(await rows()).toEqual([])
  })
})

describe('work behind a barrier', () => {
  it('continues after a failed statement that left its transaction standing', async () => {
    const answers = await withBarrier<TestDatabase, string, unknown>(db, call, lanes, async (trx) => {
      await sql`INSERT INTO accounts VALUES ('id-10', 1)`.execute(trx).catch(() => undefined)
      await take(trx, 'id-12')
      return lanes.map(({ key }) => done(key))
    })

    expect(answers.map(({ status }) => status)).toEqual(['done', 'done'])
    expect(await balances()).toEqual([10, 10, 9])
  })

  it.each([
    'CREATE TABLE other (id INT)',
    'ALTER TABLE accounts ADD other INT',
    'TRUNCATE accounts',
    '/* a hint */ drop table accounts',
    'COMMIT',
    'ROLLBACK',
    'START TRANSACTION',
    'SET autocommit = 1',
  ])('is refused "%s", which would end its transaction', async (statement) => {
    const attempt = withBarrier<TestDatabase, string, unknown>(db, call, lanes, async (trx) => {
      await take(trx, 'id-10')
      await sql.raw(statement).execute(trx)
    })

    await expect(attempt).rejects.toMatchObject({
      code: 'SAGA_BARRIER_TRANSACTION',
      message: expect.stringMatching(/ would end the barrier's transaction: run it outside of the barrier$/),
    })
    expect(await balances()).toEqual([10, 10, 10])
    expect(await rows()).toEqual([])
  })

  it('reads streams of rows', async () => {
    const seen: unknown[] = []
    await withBarrier<TestDatabase, string, unknown>(db, call, lanes, async (trx) => {
      for await (const { id } of trx.selectFrom('accounts').select('id').orderBy('id').limit(2).stream()) seen.push(id)
    })

    expect(seen).toEqual(['id-10', 'id-11'])
  })

  it('uses savepoints and temporary tables', async () => {
    await withBarrier<TestDatabase, string, unknown>(db, call, lanes, async (trx) => {
      await sql`CREATE TEMPORARY TABLE sums (id INT)`.execute(trx)
      await sql`SAVEPOINT mine`.execute(trx)
      await take(trx, 'id-10')
      await sql`ROLLBACK TO SAVEPOINT mine`.execute(trx)
      await sql`DROP TEMPORARY TABLE sums`.execute(trx)
    })

    expect(await balances()).toEqual([10, 10, 10])
    expect(await rows()).toHaveLength(2)
  })
})
