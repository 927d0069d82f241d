import { type Kysely, sql, type Transaction } from 'kysely'
import { laneResult } from '../activity/lane-result.js'
import { refusalOf } from '../activity/refuse.js'
import type { LaneCall } from '../activity-types.js'
import { done, type LaneAnswer, refused } from '../answer.js'
import { withBarrier } from './barrier.js'
import type { BarrierDatabase } from './barrier-table.js'

/** A per-lane step's business writes; in a compensation it gets the stored result of its action, where there is one. */
export type LaneBarrierWork<TDatabase, TResult> = (
  trx: Transaction<TDatabase>,
  result: TResult | undefined,
) => Promise<TResult>

/**
 * The barrier for a per-lane activity: {@link withBarrier} for one lane. A refusal thrown by `work` undoes its writes to a savepoint,
 * is stored, and is thrown again in every later attempt.
 *
 * @throws the stored refusal; StepFenced when the lane was undone before; whatever else `work` throws.
 * @example
 * const debit = (transfer: Transfer, call: LaneCall) =>
 *   withLaneBarrier(db, call, async (trx) => {
 *     if (!(await takeFrom(trx, transfer))) throw refuse('INSUFFICIENT_FUNDS')
 *   })
 */
export async function withLaneBarrier<TDatabase extends BarrierDatabase, TResult>(
  db: Kysely<TDatabase>,
  call: LaneCall,
  work: LaneBarrierWork<TDatabase, TResult>,
): Promise<TResult> {
  const { saga, step, phase, workflowId, lane } = call
  const lanes = [{ key: lane, arg: undefined, ...('result' in call && { result: call.result as TResult }) }]
  const answers = await withBarrier<TDatabase, undefined, TResult>(
    db,
    { saga, step, phase, workflowId },
    lanes,
    (trx, [one]) => toSavepoint(trx, lane, () => work(trx, one?.result)),
  )
  return laneResult(step, answers[0] as LaneAnswer<TResult>)
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
