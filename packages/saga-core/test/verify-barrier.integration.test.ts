import type { Kysely } from 'kysely'
import type { SetCall } from 'saga-core'
import { done, pending, refused } from 'saga-core/activity'
import { verifyBarrier, withBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase())
})
afterAll(() => drop())

function call(phase: SetCall['phase']): SetCall {
  return { saga: 'trip', step: 'book', phase, workflowId: 'w' }
}
function lanes(...keys: readonly string[]) {
  return keys.map((key) => ({ key, arg: key }))
}
function book(key: string, answer = done(key, { seat: key })) {
  return withBarrier<TestDatabase, string, { seat: string }>(db, call('action'), lanes(key), async () => [answer])
}

describe('verifying by the barrier', () => {
  it('answers a done lane with its result, and a refused lane with its refusal', async () => {
    await book('done')
    await book('refused', refused('refused', 'NO_SEAT'))

    const answers = await verifyBarrier(db, call('verify'), lanes('refused', 'done'))

    expect(answers).toEqual([
      { key: 'done', status: 'done', value: { seat: 'done' } },
      { key: 'refused', status: 'refused', code: 'NO_SEAT', definite: true },
    ])
  })

  it('fences a lane that was not done, so that a late action changes nothing', async () => {
    expect(await verifyBarrier(db, call('verify'), lanes('never'))).toEqual([{ key: 'never', status: 'fenced' }])

    expect(await book('never')).toEqual([{ key: 'never', status: 'fenced' }])
    expect(await verifyBarrier(db, call('verify'), lanes('never'))).toEqual([{ key: 'never', status: 'fenced' }])
  })
})

describe('an action that was undone', () => {
  const undo = (key: string, kind: 'refused' | 'cancelled') =>
    withBarrier<TestDatabase, string, unknown>(
      db,
      call('compensation'),
      [{ key, arg: key, cause: { kind, code: 'X' } }],
      async () => {},
    )

  it('is fenced, so that a later attempt does not report it as done', async () => {
    await book('cancelled')
    await undo('cancelled', 'cancelled')

    expect(await book('cancelled')).toEqual([{ key: 'cancelled', status: 'fenced' }])
  })

  it('for a refusal is replayed, so that a run that starts its lane again ends in the same refusal', async () => {
    await book('undone')
    await undo('undone', 'refused')

    expect(await book('undone')).toEqual([{ key: 'undone', status: 'done', value: { seat: 'undone' } }])
  })
})

describe('an action that is pending', () => {
  it('runs again at the next attempt', async () => {
    expect(await book('later', pending('later'))).toEqual([{ key: 'later', status: 'pending' }])

    expect(await book('later')).toEqual([{ key: 'later', status: 'done', value: { seat: 'later' } }])
  })
})
