import { type Kysely, sql, type Transaction } from 'kysely'
import { laneOf } from '../activity/lane-of.js'
import { laneResult } from '../activity/lane-result.js'
import { refusalOf } from '../activity/refuse.js'
import type { LaneCall } from '../definition/activity-types.js'
import { done, type LaneAnswer, refused } from '../wire/answer.js'
import { verifyBarrier, withBarrier } from './barrier.js'
import type { BarrierDatabase } from './barrier-table.js'

/** A per-lane step's business writes; in a compensation it gets the result of its action, and what that returned beside it. */
export type LaneBarrierWork<TDatabase, TReturn, TResult = unknown, TUndo = unknown> = (
  trx: Transaction<TDatabase>,
  result: TResult | undefined,
  undo: TUndo | undefined,
) => Promise<TReturn>

/**
 * The barrier for a per-lane activity: {@link withBarrier} for one lane. A refusal thrown by `work` undoes its writes to a savepoint,
 * is stored, and is thrown again in every later attempt. Whatever else it throws, `stepPending()` as well, leaves nothing.
 *
 * @throws the stored refusal; StepFenced when the lane was undone before; whatever else `work` throws; SagaError SAGA_BARRIER_PHASE in
 * a `verify`, which is {@link verifyLaneBarrier}'s to answer.
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
 * Answers a per-lane `verify` from the barrier alone: returns the stored result of an action that happened; one that did not is fenced,
 * so that it never will.
 *
 * @throws the stored refusal; StepFenced when it did not happen; driver errors.
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
