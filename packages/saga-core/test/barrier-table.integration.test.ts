import { type Kysely, sql } from 'kysely'
import type { SetCall } from 'saga-core'
import { checkBarrierTable, cleanBarrier, createBarrierTable, withBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase())
})
afterAll(() => drop())
beforeEach(() => db.deleteFrom('saga_barrier').execute())

const day = 24 * 3_600_000
function call(phase: SetCall['phase'], saga = 'trip'): SetCall {
  return { saga, step: 'book', phase, workflowId: 'w' }
}
function run(phase: SetCall['phase'], keys: readonly string[], saga?: string) {
  return withBarrier(
    db,
    call(phase, saga),
    keys.map((key) => ({ key, arg: key })),
    async () => undefined,
  )
}
function age(days: number, phase = [0, 1]) {
  return db
    .updateTable('saga_barrier')
    .set({ at: sql`at - ${days * day}` })
    .where('phase', 'in', phase)
    .execute()
}
async function left() {
  const rows = await db.selectFrom('saga_barrier').select(['saga', 'lane', 'phase']).orderBy('lane').execute()
  return rows.map(({ saga, lane, phase }) => `${saga} ${lane} ${phase}`)
}

describe('withBarrier', () => {
  it('commits nothing when the work throws', async () => {
    const failing = withBarrier(db, call('action'), [{ key: 'a', arg: '' }], async (trx) => {
      await sql`INSERT INTO accounts VALUES ('a', 1)`.execute(trx)
      throw new Error('lost')
    })

    await expect(failing).rejects.toThrow('lost')
    expect(await db.selectFrom('accounts').selectAll().execute()).toEqual([])
    expect(await left()).toEqual([])
  })

  it.each(['座'.repeat(32), '\u001f2\u001f', '\n\t\0\\', `"a'`, '🎟 ', 'a ', '[1]', 'null'])(
    'stores a key byte for byte: %j',
    async (key) => {
      const keys = [key, `${key.slice(0, 20)}b`]
      await run('action', keys)
      const rows = await db.selectFrom('saga_barrier').select('lane').execute()
      expect(rows.map(({ lane }) => lane.toString()).toSorted()).toEqual(keys.toSorted())
    },
  )

  it('refuses a result over 4,000 bytes', async () => {
    const large = withBarrier<TestDatabase, string, string>(db, call('action'), [{ key: 'a', arg: '' }], async () => [
      { key: 'a', status: 'done', value: 'x'.repeat(4000) },
    ])

    await expect(large).rejects.toMatchObject({ code: 'SAGA_RESULT_TOO_LARGE' })
  })
})

describe('cleanBarrier', () => {
  it('deletes old rows of ended lanes alone', async () => {
    await run('action', ['a', 'b'])
    await run('compensation', ['a'])
    await run('action', ['a'], 'other')
    await age(30)
    await run('action', ['young'])
    const asked: (readonly [string, readonly string[]])[] = []

    const report = await cleanBarrier(db, {
      olderThanMs: 20 * day,
      ended: async (saga, lanes) => {
        asked.push([saga, lanes])
        return saga === 'trip' ? ['a', 'young', 'stranger'] : []
      },
    })

    expect(report).toEqual({ seen: 4, deleted: 2, kept: 2 })
    expect(await left()).toEqual(['other a 0', 'trip b 0', 'trip young 0'])
    expect(asked.map(([saga, lanes]) => [saga, lanes.toSorted()]).toSorted()).toEqual([
      ['other', ['a']],
      ['trip', ['a', 'b']],
    ])
  })

  it('keeps the row of an action as long as that of its compensation', async () => {
    await run('action', ['a'])
    await run('compensation', ['a'])
    await age(30, [0])

    const first = await cleanBarrier(db, { olderThanMs: 20 * day, ended: async (_, lanes) => lanes })

    expect(first.deleted).toBe(0)
    expect(await left()).toEqual(['trip a 0', 'trip a 1'])
  })

  it('works page by page, stops at its signal, and continues from the place where it stopped', async () => {
    const keys = Array.from({ length: 25 }, (_, at) => `lane-${String(at).padStart(2, '0')}`)
    await run('action', keys)
    await age(30)
    const stop = new AbortController()
    const options = {
      olderThanMs: 20 * day,
      ended: async (_: string, lanes: readonly string[]) => lanes.slice(0, 5),
      rowsAtOnce: 10,
    }

    const first = await cleanBarrier(db, { ...options, signal: stop.signal, onProgress: () => stop.abort() })
    const progress: number[] = []
    const rest = await cleanBarrier(db, {
      ...options,
      from: first.next as string,
      onProgress: ({ seen }) => progress.push(seen),
    })

    expect(first).toMatchObject({ seen: 10, deleted: 5, kept: 5, next: expect.any(String) })
    expect(progress).toEqual([10, 15])
    expect(rest).toEqual({ seen: 15, deleted: 10, kept: 5 })
    expect(await left()).toHaveLength(10)
  })

  it('refuses an age under a week', async () => {
    const early = cleanBarrier(db, { olderThanMs: 6 * day, ended: async () => [] })

    await expect(early).rejects.toMatchObject({ code: 'SAGA_CLEANING_TOO_EARLY' })
  })
})

describe('checkBarrierTable', () => {
  const changed = [
    ['ALTER TABLE saga_barrier MODIFY lane VARBINARY(64) NOT NULL', /column lane is varbinary\(64\)/],
    ['ALTER TABLE saga_barrier MODIFY step VARBINARY(65) NOT NULL', /column step is varbinary\(65\)/],
    ['ALTER TABLE saga_barrier MODIFY saga VARCHAR(32) NOT NULL', /column saga is varchar\(32\)/],
    ['ALTER TABLE saga_barrier DROP COLUMN token', /column token is missing/],
    [
      'ALTER TABLE saga_barrier DROP PRIMARY KEY, ADD PRIMARY KEY (saga, step, lane, phase)',
      /primary key is \(saga,step,lane,phase\)/,
    ],
    ['ALTER TABLE saga_barrier ADD UNIQUE KEY second (lane, at)', /second unique key, second/],
    ['ALTER TABLE saga_barrier DROP KEY saga_barrier_at', /no key on at/],
    ['ALTER TABLE saga_barrier ENGINE=MyISAM', /engine MyISAM, not InnoDB/],
    ['DROP TABLE saga_barrier', /has no table saga_barrier.*createBarrierTable/],
  ] as const

  it('accepts the table of createBarrierTable', async () => {
    await expect(checkBarrierTable(db)).resolves.toBeUndefined()
  })

  it('leaves an existing table as it is with `ifNotExists`, and fails without', async () => {
    await sql`INSERT INTO saga_barrier VALUES ('kept', 'step', 0, 'lane', 1, '0123456789abcdef', NULL, 0)`.execute(db)

    await createBarrierTable(db, { ifNotExists: true })

    const kept = await db.selectFrom('saga_barrier').where('saga', '=', Buffer.from('kept')).selectAll().execute()
    expect(kept).toHaveLength(1)
    await expect(createBarrierTable(db)).rejects.toThrow(/already exists/)
  })

  it.each(changed)('names the fault after %s', async (statement, message) => {
    const other = await barrierDatabase()
    await sql.raw(statement).execute(other.db)

    const failure = await checkBarrierTable(other.db).catch((error: unknown) => error)

    await other.drop()
    expect(failure).toMatchObject({ code: 'SAGA_BARRIER_TABLE', message: expect.stringMatching(message) })
  })
})
