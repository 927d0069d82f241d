import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import type { LaneAnswer, SetCall } from 'saga-core'
import { done, refused } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase())
})
afterAll(() => drop())

const saga = 'barrier'
const call = (step: string, phase: SetCall['phase']): SetCall => ({ saga, step, phase, workflowId: 'w' })
const lanesOf = (keys: readonly string[]) => keys.map((key) => ({ key, arg: key }))

let fresh = 0
const newStep = () => `step-${++fresh}`

/** Adds one to each lane's account; a lane named in `refusing` is refused. */
async function act(step: string, keys: readonly string[], refusing: readonly string[] = []) {
  return withBarrier<TestDatabase, string, { seen: string }>(
    db,
    call(step, 'action'),
    lanesOf(keys),
    async (trx, lanes) => {
      const answers: LaneAnswer<{ seen: string }>[] = []
      for (const { key } of lanes) {
        if (refusing.includes(key)) {
          answers.push(refused(key, 'NO', { why: 'asked' }))
          continue
        }
        const id = `${step}/${key}`
        await sql`INSERT INTO accounts VALUES (${id}, 1) ON DUPLICATE KEY UPDATE balance = balance + 1`.execute(trx)
        answers.push(done(key, { seen: key }))
      }
      return answers
    },
  )
}

async function undo(step: string, keys: readonly string[], stuck: readonly string[] = []) {
  const results = new Map<string, unknown>()
  const answers = await withBarrier<TestDatabase, string, unknown>(
    db,
    call(step, 'compensation'),
    lanesOf(keys),
    async (trx, lanes) => {
      const kept = lanes.filter(({ key }) => stuck.includes(key))
      for (const lane of lanes) {
        results.set(lane.key, lane.result)
        if (kept.includes(lane)) continue
        await sql`UPDATE accounts SET balance = balance - 1 WHERE id = ${`${step}/${lane.key}`}`.execute(trx)
      }
      return lanes.map(({ key }) => (stuck.includes(key) ? refused(key, 'STUCK') : done(key)))
    },
  )
  return { answers, results }
}

async function balance(step: string, key: string): Promise<number | undefined> {
  const row = await db.selectFrom('accounts').select('balance').where('id', '=', `${step}/${key}`).executeTakeFirst()
  return row?.balance
}

describe('the barrier', () => {
  it('lets an action happen once and gives its replay the stored result', async () => {
    const step = newStep()

    const [first, second] = [await act(step, ['a']), await act(step, ['a'])]

    expect(first).toEqual([{ key: 'a', status: 'done', value: { seen: 'a' } }])
    expect(second).toEqual(first)
    expect(await balance(step, 'a')).toBe(1)
  })

  it('keeps a refusal: a later attempt that would succeed gets the same no', async () => {
    const step = newStep()

    await act(step, ['a', 'b'], ['a'])
    const again = await act(step, ['b', 'a'])

    expect(again.find(({ key }) => key === 'a')).toEqual({
      key: 'a',
      status: 'refused',
      code: 'NO',
      details: { why: 'asked' },
      definite: true,
    })
    expect(await balance(step, 'a')).toBeUndefined()
    expect(await balance(step, 'b')).toBe(1)
  })

  it('fences an action that arrives after its compensation', async () => {
    const step = newStep()

    const { answers } = await undo(step, ['a'])
    const late = await act(step, ['a', 'b'])

    expect(answers).toEqual([{ key: 'a', status: 'done' }])
    expect(late.find(({ key }) => key === 'a')).toEqual({ key: 'a', status: 'fenced' })
    expect(await balance(step, 'a')).toBeUndefined()
    expect(await balance(step, 'b')).toBe(1)
  })

  it('does not undo what was refused', async () => {
    const step = newStep()
    await act(step, ['a'], ['a'])

    const { results } = await undo(step, ['a'])

    expect(results.size).toBe(0)
  })

  it('tells a compensation the stored result of its action', async () => {
    const step = newStep()
    await act(step, ['a'])

    const { results } = await undo(step, ['a'])

    expect(results.get('a')).toEqual({ seen: 'a' })
  })

  it('lets a compensation that was refused be tried again', async () => {
    const step = newStep()
    await act(step, ['a', 'b'])

    const first = await undo(step, ['a', 'b'], ['a'])
    const balances = [await balance(step, 'a'), await balance(step, 'b')]
    const second = await undo(step, ['a', 'b'])

    expect(first.answers.find(({ key }) => key === 'a')).toMatchObject({ status: 'refused', code: 'STUCK' })
    expect(balances).toEqual([1, 0])
    expect([...second.results.keys()]).toEqual(['a'])
    expect(await balance(step, 'a')).toBe(0)
  })

  it('commits nothing when the work throws', async () => {
    const step = newStep()
    const failing = withBarrier<TestDatabase, string, void>(db, call(step, 'action'), lanesOf(['a']), async (trx) => {
      await sql`INSERT INTO accounts VALUES (${`${step}/a`}, 1)`.execute(trx)
      throw new Error('lost')
    })

    await expect(failing).rejects.toThrow('lost')
    expect(await balance(step, 'a')).toBeUndefined()
    expect(await act(step, ['a'])).toMatchObject([{ status: 'done' }])
  })

  it('refuses keys wider than their column, rather than cutting them', async () => {
    const wide = 'x'.repeat(97)

    await expect(act(newStep(), [wide])).rejects.toThrow(/too long/i)
  })

  it('in two halves of a batch retried in other compositions, does each lane once', async () => {
    const step = newStep()
    const keys = Array.from({ length: 20 }, (_, at) => `l${at}`)

    await Promise.all([act(step, keys.slice(0, 10)), act(step, keys.slice(5, 15)), act(step, keys.slice(10))])
    const all = await act(step, keys)

    expect(all.every(({ status }) => status === 'done')).toBe(true)
    for (const key of keys) expect(await balance(step, key)).toBe(1)
  })

  it('in every order of actions and compensations, one after another, ends in "did and undid" or "never did"', async () => {
    const orders = [
      'AC',
      'CA',
      'AAC',
      'ACA',
      'CAA',
      'ACC',
      'CAC',
      'CCA',
      'AACC',
      'ACAC',
      'ACCA',
      'CAAC',
      'CACA',
      'CCAA',
      'AACAC',
    ]
    for (const order of orders) {
      const step = newStep()
      for (const operation of order) await (operation === 'A' ? act(step, ['a']) : undo(step, ['a']))

      expect([order, await balance(step, 'a')]).toEqual([order, order.startsWith('A') ? 0 : undefined])
    }
  })

  it('in every order at the same time, with transactions lost, ends in "did and undid" or "never did"', async () => {
    const operation = fc.record({ undo: fc.boolean(), from: fc.nat(5), to: fc.nat(5), lost: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 2, maxLength: 8 }), async (operations) => {
        const step = newStep()
        const keys = ['a', 'b', 'c', 'd', 'e', 'f']
        const run = ({ undo: back, from, to, lost }: (typeof operations)[number]) => {
          const some = keys.slice(Math.min(from, to), Math.max(from, to) + 1)
          const work = back ? undo(step, some) : act(step, some, lost ? some.slice(0, 1) : [])
          return work.catch(retryable)
        }
        await Promise.all(operations.map(run))
        await undo(step, keys)

        for (const key of keys) expect([0, undefined]).toContain(await balance(step, key))
      }),
      { numRuns: 60 },
    )
  })
})

/** Deadlocks and lock waits end an attempt with nothing committed; the activity's policy would try again. */
function retryable(error: unknown): void {
  const { errno } = error as { errno?: number }
  if (errno !== 1213 && errno !== 1205 && errno !== 1020) throw error
}
