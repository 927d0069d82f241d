import { type Kysely, sql } from 'kysely'
import { type SetWiseActivity, saga, typed } from 'saga-core'
import { done, pending, setWise } from 'saga-core/activity'
import { verifyBarrier, withBarrier } from 'saga-core/kysely'
import { type AnyActivity, runInMemory, virtualClock } from 'saga-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase())
})
afterAll(() => drop())

interface Bill {
  readonly id: string
}

interface Activities {
  book: SetWiseActivity<Bill, string>
  verify: SetWiseActivity<Bill, string>
  release: SetWiseActivity<Bill, void>
}

let asked = 0
const activities = {
  /** Books at the message `paid`; without a message it books at once. */
  book: setWise<Bill, string>((lanes, call) =>
    withBarrier<TestDatabase, Bill, string>(db, call, lanes, async (trx, fresh) => {
      asked += 1
      const { intent, key } = fresh[0] as (typeof fresh)[number]
      if (intent?.on === 'message' && !('value' in intent.message && intent.message.value === 'paid'))
        return [pending(key)]
      await sql`INSERT INTO accounts VALUES (${key}, 1)`.execute(trx)
      return [done(key, `booked ${key}`)]
    }),
  ),
  verify: setWise<Bill, string>((lanes, call) => verifyBarrier<TestDatabase, Bill, string>(db, call, lanes)),
  release: setWise<Bill>((lanes, call) => withBarrier(db, call, lanes, async () => {})),
}

async function balances(id: string) {
  const rows = await db.selectFrom('accounts').select('balance').where('id', '=', id).execute()
  return rows.map(({ balance }) => balance)
}

/** Options that stop the clock while an activity waits for the database; with `loses` the answers of actions are lost. */
function held({ loses }: { readonly loses: boolean }) {
  const clock = virtualClock()
  const intercept = async (
    { request }: { readonly request: { readonly args: readonly unknown[] } },
    proceed: () => Promise<unknown>,
  ) => {
    const letGo = clock.hold()
    const answer = await proceed().finally(letGo)
    const { phase } = request.args[0] as { readonly phase: string }
    if (loses && phase === 'action') throw Object.assign(new Error('lost'), { code: 'ECONNRESET' })
    return answer
  }
  return { clock, intercept, activities: activities as { readonly [name: string]: AnyActivity } }
}

describe('a decision behind the barrier', () => {
  const paying = saga<Bill>('paying', { key: ({ id }) => id })
    .setActivities<Activities>()
    .waitingPivot('paid', { message: typed<string>(), decide: 'book' })
    .build()

  it('ends the wait of a pivot when it is done, lets it wait on when it is pending, and has its effect once', async () => {
    const run = runInMemory(paying, [{ id: 'bill' }], held({ loses: false }))
    const say = (value: string) => run.message({ wait: 'paid', lanes: { bill: { value } } })
    await run.runtime.until(() => run.state().counts.waiting === 1)
    say('soon')
    await run.runtime.until(() => asked === 1)
    await run.runtime.atRest()
    expect(run.state().counts).toEqual({ waiting: 1 })
    expect(await balances('bill')).toEqual([])

    say('paid')
    expect((await run.report).completed).toBe(1)
    expect(run.results('bill')).toEqual({ paid: 'booked bill' })
    expect(await balances('bill')).toEqual([1])
  })
})

describe('a step whose answer was lost', () => {
  const verifiedBy = (verify: 'verify' | 'book') =>
    saga<Bill>('verified', { key: ({ id }) => id })
      .setActivities<Activities>()
      .step('book', {
        invoke: 'book',
        compensate: 'release',
        onUnknown: 'verify',
        verify,
        retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 1 },
      })
      .build()

  it('continues with the stored result when verifyBarrier answers its verify', async () => {
    const run = runInMemory(verifiedBy('verify'), [{ id: 'verified' }], held({ loses: true }))

    expect((await run.report).completed).toBe(1)
    expect(run.results('verified')).toEqual({ book: 'booked verified' })
    expect(await balances('verified')).toEqual([1])
  })

  it('parks when its own activity is its verify, and is neither done again nor undone', async () => {
    const run = runInMemory(verifiedBy('book'), [{ id: 'mistaken' }], held({ loses: true }))
    await run.runtime.until(() => run.state().counts.parked === 1)

    expect(run.state().notable).toMatchObject([
      { key: 'mistaken', status: 'parked', parked: { code: 'SAGA_BARRIER_PHASE' } },
    ])
    expect(await balances('mistaken')).toEqual([1])
  })
})
