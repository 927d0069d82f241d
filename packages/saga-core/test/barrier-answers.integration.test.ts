import { type Kysely, sql } from 'kysely'
import type { LaneAnswer, SetCall } from 'saga-core'
import { done, refused } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
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
})

function call(phase: SetCall['phase']): SetCall {
  return { saga: 'trip', step: 'book', phase, workflowId: 'w' }
}
const lanes = ['a', 'b'].map((key) => ({ key, arg: key }))
function answered(phase: SetCall['phase'], answers: readonly unknown[]) {
  return withBarrier<TestDatabase, string, unknown>(db, call(phase), lanes, async (trx) => {
    await sql`INSERT INTO accounts VALUES ('written', 1) ON DUPLICATE KEY UPDATE balance = 2`.execute(trx)
    return answers as readonly LaneAnswer[]
  })
}
async function written() {
  return (await db.selectFrom('accounts').selectAll().execute()).length
}

describe('wrong answers of work behind a barrier', () => {
  const wrong = [
    ['misses a lane', [done('a')], /1 lanes without an answer \(first: b\)/],
    ['answers a lane twice', [done('a'), done('b'), refused('b', 'NO')], /1 answered twice/],
    ['answers a foreign lane', [done('a'), done('b'), done('c')], /1 not asked for/],
    ['refuses without a code', [done('a'), refused('b', '')], /lane "b" is refused without a code/],
    ['has no status', [done('a'), { key: 'b' }], /lane "b" has the status undefined/],
    ['has a foreign status', [done('a'), { key: 'b', status: 'unknown' }], /lane "b" has the status "unknown"/],
  ] as const

  it.each(wrong)('of an action: one that %s commits nothing', async (_, answers, message) => {
    const attempt = answered('action', answers)

    await expect(attempt).rejects.toMatchObject({ details: ['SAGA_REPORT_MISMATCH'] })
    await expect(attempt).rejects.toThrow(message)
    expect(await written()).toBe(0)
    expect(await db.selectFrom('saga_barrier').selectAll().execute()).toEqual([])
  })

  it.each(wrong)('of a compensation: one that %s commits nothing, so that it runs again', async (_, answers) => {
    await withBarrier(db, call('action'), lanes, async () => {})

    await expect(answered('compensation', answers)).rejects.toMatchObject({ details: ['SAGA_REPORT_MISMATCH'] })
    expect(await written()).toBe(0)
    await answered('compensation', [done('a'), done('b')])
    expect(await written()).toBe(1)
  })
})
