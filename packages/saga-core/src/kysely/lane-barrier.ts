import { type Kysely, sql, type Transaction } from 'kysely'
import { laneOf } from '../activity/lane-of.js'
import { laneResult } from '../activity/lane-result.js'
import { refusalOf } from '../activity/refuse.js'
import type { LaneCall } from '../definition/activity-types.js'
import { done, type LaneAnswer, refused } from '../wire/answer.js'
import { verifyBarrier, withBarrier } from './barrier.js'
import type { BarrierDatabase } from './barrier-table.js'

/** A per-lane step's business writes; a compensation gets its action's result and the undo data that `withUndo` put beside it. */
export type LaneBarrierWork<TDatabase, TReturn, TResult = unknown, TUndo = unknown> = (
  trx: Transaction<TDatabase>,
  result: TResult | undefined,
  undo: TUndo | undefined,
) => Promise<TReturn>

/**
 * Runs a per-lane activity behind the barrier: {@link withBarrier} for one lane. A refusal that `work` throws rolls its writes back to a
 * savepoint, is stored, and is thrown again in every later attempt. Any other error, `stepPending()` included, commits nothing.
 *
 * @throws the stored refusal; `stepFenced` when the lane was undone before; any other error of `work` and of the driver; SagaError
 * SAGA_BARRIER_PHASE in a `verify`, which {@link verifyLaneBarrier} answers; SAGA_BARRIER_KEY, SAGA_RESULT_TOO_LARGE.
 * @example
 * const debit = (transfer: Transfer, call: LaneCall) =>
 *   withLaneBarrier(db, call, async (trx) => {
 *     if (!(await takeFrom(trx, transfer))) throw refuse('INSUFFICIENT_FUNDS')
 *   })
 */
export async function withLaneBarrier<TDatabase extends BarrierDatabase, TReturn, TResult = unknown, TUndo = unknown>(
  db: Kysely<TDatabase>,
  call: LaneCall<TResult, TUndo>,
  work: LaneBarrierWork<TDatabase, TReturn, TResult, TUndo>,
): Promise<TReturn> {
  const lanes = [laneOf<undefined, TReturn>(call, undefined)]
  const answers = await withBarrier<TDatabase, undefined, TReturn>(db, call, lanes, (trx, [one]) =>
    toSavepoint(trx, call.lane, () => work(trx, one?.result as TResult | undefined, one?.undo as TUndo | undefined)),
  )
  return laneResult(call.step, answers[0] as LaneAnswer<TReturn>)
}

/**
 * Answers a per-lane `verify` from the barrier alone: returns the stored result of an action that happened; an action that did not
 * happen is fenced from then on.
 *
 * @throws the stored refusal; `stepFenced` when the action did not happen; driver errors; SagaError SAGA_BARRIER_KEY.
 * @example
 * const wasDebited = (_: Transfer, call: LaneCall) => verifyLaneBarrier(db, call)
 */
export async function verifyLaneBarrier<TDatabase extends BarrierDatabase, TResult = unknown>(
  db: Kysely<TDatabase>,
  call: LaneCall,
): Promise<TResult> {
  const answers = await verifyBarrier<TDatabase, undefined, TResult>(db, call, [laneOf(call, undefined)])
  return laneResult(call.step, answers[0] as LaneAnswer<TResult>)
}

async function toSavepoint<TDatabase, TResult>(
  trx: Transaction<TDatabase>,
  key: string,
  work: () => Promise<TResult>,
): Promise<readonly LaneAnswer<TResult>[]> {
  await sql`SAVEPOINT saga_step`.execute(trx)
  try {
    return [done(key, await work())]
  } catch (error) {
    const facts = refusalOf(error)
    if (!facts) throw error
    await sql`ROLLBACK TO SAVEPOINT saga_step`.execute(trx)
    return [refused(key, facts.code, facts.details)]
  }
}
