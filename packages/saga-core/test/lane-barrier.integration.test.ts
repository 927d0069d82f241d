import { ApplicationFailure } from '@temporalio/common'
import { type Kysely, sql } from 'kysely'
import type { LaneCall } from 'saga-core'
import { refuse, withUndo } from 'saga-core/activity'
import { withLaneBarrier } from 'saga-core/kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barrierDatabase, type TestDatabase } from './barrier-database.js'

let db: Kysely<TestDatabase>
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ db, drop } = await barrierDatabase())
})
afterAll(() => drop())

function call(lane: string, phase: LaneCall['phase'] = 'action'): LaneCall {
  return {
    saga: 'transfer',
    step: 'debit',
    phase,
    workflowId: 'w',
    lane,
    idempotencyKey: `debit/${lane}/${phase}`,
  }
}

async function debit(lane: string, allowed: boolean) {
  return withLaneBarrier<TestDatabase, { left: number }>(db, call(lane), async (trx) => {
    await sql`INSERT INTO accounts VALUES (${lane}, 7)`.execute(trx)
    if (!allowed) throw refuse('INSUFFICIENT_FUNDS', { missing: 3 })
    return { left: 7 }
  })
}

function refusedWith(code: string) {
  return expect.objectContaining({ type: 'SagaRefused', details: [expect.objectContaining({ code, definite: true })] })
}

describe('the barrier of one lane', () => {
  it('returns the stored result to a replay', async () => {
    expect(await debit('one', true)).toEqual({ left: 7 })
    expect(await debit('one', true)).toEqual({ left: 7 })
  })

  it("rolls a refused step's writes back to a savepoint, and gives every later attempt the same refusal", async () => {
    await expect(debit('two', false)).rejects.toEqual(refusedWith('INSUFFICIENT_FUNDS'))
    await expect(debit('two', true)).rejects.toEqual(refusedWith('INSUFFICIENT_FUNDS'))

    const rows = await db.selectFrom('accounts').selectAll().where('id', '=', 'two').execute()
    expect(rows).toEqual([])
  })

  it('commits nothing for a refusal without a code', async () => {
    const failure = ApplicationFailure.nonRetryable('refused', 'SagaRefused', { definite: true })
    const failing = withLaneBarrier<TestDatabase, void>(db, call('by hand'), async (trx) => {
      await sql`INSERT INTO accounts VALUES ('by hand', 7)`.execute(trx)
      throw failure
    })

    await expect(failing).rejects.toBe(failure)
    expect(await db.selectFrom('accounts').selectAll().where('id', '=', 'by hand').execute()).toEqual([])
    expect(await debit('by hand', true)).toEqual({ left: 7 })
  })

  it('gives a compensation the stored result, and fences a late action', async () => {
    await debit('three', true)
    const seen: unknown[] = []
    await withLaneBarrier<TestDatabase, unknown>(db, call('three', 'compensation'), async (trx, result) => {
      seen.push(result)
      await sql`DELETE FROM accounts WHERE id = 'three'`.execute(trx)
    })
    await withLaneBarrier<TestDatabase, unknown>(db, call('four', 'compensation'), async () =>
      seen.push('undone what never was'),
    )

    expect(seen).toEqual([{ left: 7 }])
    await expect(debit('four', true)).rejects.toEqual(expect.objectContaining({ type: 'SagaFenced' }))
  })

  it('stores undo data apart from the result, and gives it to a compensation that knows the result alone', async () => {
    const moved = withUndo({ left: 7 }, { before: 9 })
    const move = () => withLaneBarrier(db, call('five'), async () => moved)
    expect([await move(), await move()]).toEqual([moved, moved])
    const seen: unknown[] = []
    const undone = (lane: string, result?: unknown) =>
      withLaneBarrier(
        db,
        { ...call(lane, 'compensation'), ...(result !== undefined && { result }) },
        async (_, ...told) => {
          seen.push(told)
        },
      )
    await undone('five')
    await withLaneBarrier(db, call('six'), async () => moved)
    await undone('six', { left: 'by hand' })

    expect(seen).toEqual([
      [{ left: 7 }, { before: 9 }],
      [{ left: 'by hand' }, { before: 9 }],
    ])
  })
})
