import { type Kysely, sql, type Transaction } from 'kysely'
import type { SetCall } from 'saga-core'
import { done, refuse } from 'saga-core/activity'
import { verifyBarrier, withBarrier, withLaneBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

const procedures = {
  adds: 'BEGIN UPDATE accounts SET balance = balance + 1; END',
  commits: 'BEGIN UPDATE accounts SET balance = balance + 1; COMMIT; END',
  commits_and_begins: 'BEGIN COMMIT; START TRANSACTION; END',
  commits_and_fails: "BEGIN COMMIT; SIGNAL SQLSTATE '45000'; END",
  commits_and_is_killed: 'BEGIN COMMIT; KILL CONNECTION_ID(); END',
  fails: "BEGIN SIGNAL SQLSTATE '45000'; END",
  rolls_back: 'BEGIN ROLLBACK; END',
  truncates: 'BEGIN TRUNCATE others; END',
}

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase())
  await sql`CREATE TABLE others (id INT)`.execute(db)
  for (const [name, body] of Object.entries(procedures)) await sql.raw(`CREATE PROCEDURE ${name}() ${body}`).execute(db)
})
afterAll(() => drop())
beforeEach(async () => {
  await db.deleteFrom('saga_barrier').execute()
  await db.deleteFrom('accounts').execute()
  await sql`INSERT INTO accounts VALUES ('mine', 10), ('later', 10)`.execute(db)
})

type Work = (trx: Transaction<TestDatabase>) => Promise<unknown>

const call: SetCall = { saga: 'trip', step: 'book', phase: 'action', workflowId: 'w' }
const lanes = ['a', 'b'].map((key) => ({ key, arg: key }))
function act(work: Work, phase: SetCall['phase'] = 'action') {
  return withBarrier<TestDatabase, string, unknown>(db, { ...call, phase }, lanes, async (trx) => {
    await work(trx)
    return lanes.map(({ key }) => done(key, key))
  })
}
async function isMariaDb(): Promise<boolean> {
  const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(db)
  return rows[0]?.version.includes('MariaDB') ?? false
}
function add(trx: Transaction<TestDatabase>, id: string) {
  return sql`UPDATE accounts SET balance = balance + 1 WHERE id = ${id}`.execute(trx)
}
async function balance(id: string) {
  return (await db.selectFrom('accounts').select('balance').where('id', '=', id).executeTakeFirstOrThrow()).balance
}
async function states() {
  return (await db.selectFrom('saga_barrier').select('state').execute()).map(({ state }) => state)
}
/** What two more attempts, a compensation and a `verify` end in. */
async function codesAfterwards() {
  const attempts = [() => act(nothing), () => act(nothing, 'compensation'), () => verifyBarrier(db, call, lanes)]
  const codes: unknown[] = []
  for (const attempt of attempts) codes.push(await attempt().catch(({ code }) => code))
  return codes
}
async function nothing() {}

describe('work that calls a procedure', () => {
  it('is done as it is, with procedures that fail and are caught, and several at once', async () => {
    const work: Work = async (trx) => {
      await sql`CALL fails()`.execute(trx).catch(() => undefined)
      await Promise.all([sql`CALL adds()`.execute(trx), sql`CALL adds()`.execute(trx), add(trx, 'mine')])
    }

    const first = await act(work)

    expect(await act(work)).toEqual(first)
    expect(first.map(({ status }) => status)).toEqual(['done', 'done'])
    expect([await balance('mine'), await balance('later')]).toEqual([13, 12])
    expect(await states()).toEqual([1, 1])
    await act((trx) => sql`CALL adds()`.execute(trx), 'compensation')
    expect(await balance('later')).toBe(13)
  })

  it.for([
    'CALL commits()',
    'call commits_and_begins()',
    'CALL commits_and_fails()',
    'CALL commits_and_is_killed()',
    'CALL truncates()',
    '/*! COMMIT */',
    "EXECUTE IMMEDIATE 'COMMIT'",
  ])(
    'is torn by one that commits, %s: its rest, later attempts, its compensation and its verify fail',
    async (one, { skip }) => {
      if (one.startsWith('EXECUTE IMMEDIATE') && !(await isMariaDb())) skip('MariaDB alone has this statement')
      const attempt = act(async (trx) => {
        await add(trx, 'mine')
        await sql.raw(one).execute(trx).catch(nothing)
        await add(trx, 'later').catch(nothing)
      })

      await expect(attempt).rejects.toMatchObject(
        one.includes('killed')
          ? { fatal: true }
          : {
              code: 'SAGA_BARRIER_TRANSACTION',
              message: `step "book": the statement "${one}" ended the barrier's transaction: repair its effect`,
            },
      )
      const later = one.includes('commits()') ? 11 : 10
      expect([(await balance('mine')) > 10, await balance('later')]).toEqual([true, later])
      expect(await codesAfterwards()).toEqual(Array(3).fill('SAGA_BARRIER_TORN'))
    },
  )

  it('is torn in an undo too', async () => {
    await act(nothing)

    const undo = act((trx) => sql`CALL commits()`.execute(trx), 'compensation')

    await expect(undo).rejects.toMatchObject({ code: 'SAGA_BARRIER_TRANSACTION' })
    await expect(act(nothing, 'compensation')).rejects.toMatchObject({ code: 'SAGA_BARRIER_TORN' })
  })

  it('is torn for one lane, also when it refuses afterwards', async () => {
    const one = { ...call, lane: 'a', idempotencyKey: 'k' }
    const attempt = withLaneBarrier<TestDatabase, void>(db, one, async (trx) => {
      await sql`CALL commits()`.execute(trx).catch(nothing)
      throw refuse('SOLD_OUT')
    })

    await expect(attempt).rejects.toMatchObject({ code: 'SAGA_BARRIER_TRANSACTION' })
    await expect(withLaneBarrier(db, one, nothing)).rejects.toMatchObject({ code: 'SAGA_BARRIER_TORN' })
  })

  it('that rolls back fails with nothing committed, and may be tried again', async () => {
    const attempt = act(async (trx) => {
      await add(trx, 'mine')
      await sql`CALL rolls_back()`.execute(trx)
      await add(trx, 'later')
    })

    await expect(attempt).rejects.toMatchObject({ code: 'SAGA_BARRIER_TRANSACTION' })
    expect([await balance('mine'), await balance('later'), await states()]).toEqual([10, 10, []])
    await act(nothing)
    expect(await states()).toEqual([1, 1])
  })
})
