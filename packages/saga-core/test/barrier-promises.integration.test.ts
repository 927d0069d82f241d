import { type Kysely, type LogEvent, sql } from 'kysely'
import type { LaneCall, SetCall, SetLane } from 'saga-core'
import { done, refuse } from 'saga-core/activity'
import { checkBarrierTable, verifyBarrier, withBarrier, withLaneBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
const log: LogEvent[] = []
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase((event) => void log.push(event)))
})
afterAll(() => drop())
beforeEach(async () => {
  await db.deleteFrom('saga_barrier').execute()
  log.length = 0
})

function call(phase: SetCall['phase']): SetCall {
  return { saga: 'trip', step: 'book', phase, workflowId: 'w' }
}
function laneCall(phase: SetCall['phase'], more: Partial<LaneCall> = {}): LaneCall {
  return {
    ...call(phase),
    lane: 'a',
    idempotencyKey: 'k',
    ...more,
  }
}
function lanes(...keys: readonly string[]) {
  return keys.map((key) => ({ key, arg: key }))
}
function book(...keys: readonly string[]) {
  return withBarrier<TestDatabase, string, string>(db, call('action'), lanes(...keys), async (_, fresh) =>
    fresh.map(({ key }) => done(key, `seat of ${key}`)),
  )
}
/** Undoes lanes; returns the lanes whose undo ran, each with the result that it got. */
async function unbook(...some: readonly Partial<SetLane<string, string>>[]) {
  const undone: unknown[] = []
  const asked = some.map((lane) => ({ key: 'a', arg: 'a', ...lane }))
  await withBarrier<TestDatabase, string, string>(db, call('compensation'), asked, async (_, fresh) => {
    undone.push(...fresh.map(({ key, result }) => [key, result]))
  })
  return undone
}

describe('the statements of a barrier', () => {
  const sqlOf = ({ query }: LogEvent) => query.sql.toLowerCase()
  const lanesIn = ({ query }: LogEvent) => query.parameters.flatMap((one) => String(one).match(/\bl\d\b/g) ?? [])

  it('are one insert when all lanes are fresh, and a locking read besides when some are not', async () => {
    await book('l1')
    expect(log.filter((event) => sqlOf(event).includes('for update'))).toHaveLength(0)
    await book('l1', 'l2')
    expect(log.filter((event) => sqlOf(event).includes('for update'))).toHaveLength(1)
  })

  it('lock the rows in the order of their keys, for any order of the lanes', async () => {
    await book('l3', 'l1', 'l2')
    await verifyBarrier(db, call('verify'), lanes('l3', 'l1', 'l2'))

    const taken = log.filter((event) => sqlOf(event).includes('for update') || sqlOf(event).includes('at + 1'))
    expect(taken.map(lanesIn)).toEqual([
      ['l1', 'l2', 'l3'],
      ['l1', 'l2', 'l3'],
      ['l1', 'l2', 'l3'],
    ])
  })

  it.each([
    ['saga', 's'.repeat(33), 'a'],
    ['lane', 'trip', 'x'.repeat(97)],
  ])('are none when the %s does not fit its column', async (_, saga, key) => {
    const one = { ...call('action'), saga }

    await expect(withBarrier(db, one, lanes(key), async () => {})).rejects.toMatchObject({ code: 'SAGA_BARRIER_KEY' })
    await expect(verifyBarrier(db, one, lanes(key))).rejects.toMatchObject({ code: 'SAGA_BARRIER_KEY' })
    expect(log).toEqual([])
  })

  it.each(['action', 'compensation'] as const)(
    'of an %s read rows that others commit meanwhile: READ COMMITTED',
    async (phase) => {
      if (phase === 'compensation') await book('a')
      const seen: number[] = []

      await withBarrier<TestDatabase, string, string>(db, call(phase), lanes('a'), async (trx) => {
        const look = async () => {
          const others = await trx
            .selectFrom('saga_barrier')
            .select('lane')
            .where('lane', '=', Buffer.from('other'))
            .execute()
          seen.push(others.length)
        }
        await look()
        await book('other')
        await look()
      })

      expect(seen).toEqual([0, 1])
    },
  )
})

describe('an answer of a barrier', () => {
  it('has no value when the work gave none, at first and in every replay', async () => {
    const rest = () => withBarrier<TestDatabase, string, string>(db, call('action'), lanes('a'), async () => {})

    expect(await rest()).toStrictEqual([{ key: 'a', status: 'done' }])
    expect(await rest()).toStrictEqual([{ key: 'a', status: 'done' }])
    const [row] = await db.selectFrom('saga_barrier').select('result').execute()
    expect(row?.result).toBeNull()
  })

  it('has at most 4,000 bytes', async () => {
    const long = (key: string, length: number) =>
      withBarrier<TestDatabase, string, string>(db, call('action'), lanes(key), async () => [
        done(key, 'x'.repeat(length)),
      ])
    const frame = JSON.stringify({ value: '' }).length

    expect(await long('a', 4000 - frame)).toEqual(await long('a', 0))
    await expect(long('b', 4001 - frame)).rejects.toMatchObject({ code: 'SAGA_RESULT_TOO_LARGE' })
  })
})

describe('an undo', () => {
  it('gets the result that its run knows, `undefined` included, before the stored one', async () => {
    await book('a', 'b', 'c')

    expect(await unbook({ key: 'a' }, { key: 'b', result: 'known' })).toEqual([
      ['a', 'seat of a'],
      ['b', 'known'],
    ])
    const none = undefined as unknown as string
    expect(await unbook({ key: 'c', result: none })).toEqual([['c', undefined]])
  })

  it('runs once when its action is not fenced, for a refusal', async () => {
    await book('a')
    const refused = { cause: { kind: 'refused', code: 'NO' } } as const

    expect(await unbook(refused)).toEqual([['a', 'seat of a']])
    expect(await unbook(refused)).toEqual([])
  })
})

describe('a per-lane activity behind a barrier', () => {
  const bookLane = (more: Partial<LaneCall>, work: (result: string | undefined) => Promise<string>) =>
    withLaneBarrier(db, laneCall('action', more) as LaneCall<string>, (_, result) => work(result))
  const detailsOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => undefined,
      ({ details }) => details,
    )

  it.each([
    [refuse('NO'), { code: 'NO' }],
    [refuse('NO', { left: 0 }), { code: 'NO', details: { left: 0 } }],
    [refuse('NO', null), { code: 'NO', details: null }],
  ])('stores a refusal as it was given: %#', async (refusal, facts) => {
    const attempt = () =>
      bookLane({}, async () => {
        throw refusal
      })

    const kept = [{ ...facts, definite: true, stored: true }]
    expect([await detailsOf(attempt()), await detailsOf(attempt())]).toStrictEqual([kept, kept])
  })

  it('throws any other error, and runs again at the next attempt', async () => {
    const failing = bookLane({}, async () => {
      throw new TypeError('a fault')
    })

    await expect(failing).rejects.toThrow(new TypeError('a fault'))
    expect(await bookLane({}, async () => 'seat')).toBe('seat')
  })

  it('gets the result that its run knows in an undo, else the stored one', async () => {
    const told: unknown[] = []
    const undo = (lane: string, more: Partial<LaneCall>) =>
      withLaneBarrier<TestDatabase, void>(db, laneCall('compensation', { lane, ...more }), async (_, result) => {
        told.push(result)
      })
    for (const lane of ['a', 'b', 'c']) await bookLane({ lane }, async () => `seat of ${lane}`)

    await undo('a', {})
    await undo('b', { result: 'known' })
    await undo('c', { result: undefined })

    expect(told).toEqual(['seat of a', 'known', undefined])
  })
})

describe('checkBarrierTable', () => {
  const failure = async (...statements: readonly string[]) => {
    const other = await barrierDatabase()
    for (const statement of statements) await sql.raw(statement).execute(other.db)
    const { rows } = await sql<{ readonly name: string }>`SELECT DATABASE() AS name`.execute(other.db)
    const error = await checkBarrierTable(other.db).catch((one: unknown) => one)
    await other.drop()
    return { error, name: rows[0]?.name }
  }

  it.each([
    ['MODIFY state SMALLINT NOT NULL', 'column state is smallint NO, not tinyint NO'],
    ['MODIFY phase TINYINT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (saga, step, lane)', 'column phase is tinyint YES'],
    ['MODIFY result VARBINARY(100) NULL', 'column result is varbinary(100) YES, not varbinary(4000) YES'],
    ['MODIFY at INT NOT NULL', 'column at is int NO, not bigint NO'],
    ['DROP PRIMARY KEY', 'its primary key is (), not (saga,step,phase,lane)'],
  ])('names the fault and the database after %s', async (change, text) => {
    const { error, name } = await failure(`ALTER TABLE saga_barrier ${change}`)

    expect((error as Error).message).toContain(text)
    expect((error as Error).message).toContain(`database "${name}"`)
  })

  it('accepts a further key that is not unique', async () => {
    expect((await failure('ALTER TABLE saga_barrier ADD KEY aaa (lane)')).error).toBeUndefined()
  })
})
