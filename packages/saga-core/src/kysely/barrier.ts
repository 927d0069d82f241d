import type { Kysely, Transaction } from 'kysely'
import { checkWidths, workOf } from '../barrier/barrier-call.js'
import { fencesUndone } from '../barrier/undone.js'
import type { LaneAnswer } from '../wire/answer.js'
import { done, fenced } from '../wire/answer.js'
import type { SetCall, SetLane } from '../wire/set-wise.js'
import { apart } from '../wire/with-undo.js'
import {
  type BarrierRow,
  dropRows,
  fenceRows,
  type RowScope,
  RowState,
  type StoredAnswer,
  storeAnswers,
  takeRows,
} from './barrier-rows.js'
import type { BarrierDatabase } from './barrier-table.js'

/**
 * A step's business writes: for a set of lanes whose effect must happen now, inside the barrier's transaction. A lane that is
 * refused or pending must have written nothing. A compensation that refuses a lane has not undone it; returning nothing means all are done.
 */
export type BarrierWork<TDatabase, TArg, TResult> = (
  trx: Transaction<TDatabase>,
  fresh: readonly SetLane<TArg, TResult>[],
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function without a return is of this type
) => Promise<readonly LaneAnswer<TResult>[] | void>

/**
 * Runs a step's writes at most once per lane, in whatever order its action, its retries, late attempts and its compensation
 * arrive: a replay gets the stored result or refusal; an action after its compensation is fenced; a compensation without an action
 * does nothing and fences. A `decide` is an action; where it is pending nothing is kept, and it is asked again. One READ COMMITTED
 * transaction, of which the barrier is the first statement.
 * The idea is DTM's sub-transaction barrier (dtm.pub/practice/barrier.html), here for sets of lanes and with refusals stored.
 *
 * @throws whatever `work` throws (nothing is committed then), and driver errors; SagaError SAGA_BARRIER_PHASE in a `verify`, which is
 * {@link verifyBarrier}'s to answer, SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH, SAGA_RESULT_TOO_LARGE.
 * @example
 * setWise<Purchase, void>((lanes, call) =>
 *   withBarrier(db, call, lanes, async (trx, fresh) => {
 *     await insertOrders(trx, fresh.map((lane) => lane.arg))
 *   }))
 */
export async function withBarrier<TDatabase extends BarrierDatabase, TArg, TResult>(
  db: Kysely<TDatabase>,
  call: SetCall,
  lanes: readonly SetLane<TArg, TResult>[],
  work: BarrierWork<TDatabase, TArg, TResult>,
): Promise<readonly LaneAnswer<TResult>[]> {
  checkWidths(call, keysOf(lanes))
  const sorted = inKeyOrder(lanes, ({ key }) => key)
  const run = workOf(call, 'verifyBarrier or verifyLaneBarrier') === 'act' ? act : undo
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute((trx) => run(trx, call, sorted, work))
}

/**
 * Answers a step's `verify` from the barrier alone: done with the stored result, the stored refusal, or not done, and fenced so that
 * it never will be.
 *
 * @throws driver errors; SagaError SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH.
 * @example
 * const verifyCharge = setWise<Charge, Receipt>((lanes, call) => verifyBarrier(db, call, lanes))
 */
export async function verifyBarrier<TDatabase extends BarrierDatabase, TArg, TResult>(
  db: Kysely<TDatabase>,
  call: SetCall,
  lanes: readonly SetLane<TArg, TResult>[],
): Promise<readonly LaneAnswer<TResult>[]> {
  checkWidths(call, keysOf(lanes))
  const keys = inKeyOrder(keysOf(lanes), (key) => key)
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      const rows = await takeRows(ownTable(trx), scopeOf(call, 0), keys, RowState.Fenced)
      return [...rows].map(([key, row]) => (row.fresh ? fenced(key) : fromRow<TResult>(key, row)))
    })
}

/** In the order of the table's binary keys, which is the order of their locks. */
function inKeyOrder<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return items
    .map((item) => ({ item, bytes: Buffer.from(keyOf(item)) }))
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes))
    .map(({ item }) => item)
}

// Kysely's types are invariant in the database; the barrier only ever touches its own table.
const ownTable = (trx: unknown) => trx as Transaction<BarrierDatabase>
const scopeOf = (call: SetCall, phase: 0 | 1): RowScope => ({ saga: call.saga, step: call.step, phase })
const keysOf = (lanes: readonly SetLane[]) => lanes.map((lane) => lane.key)

async function act<TDatabase, TArg, TResult>(
  trx: Transaction<TDatabase>,
  call: SetCall,
  lanes: readonly SetLane<TArg, TResult>[],
  work: BarrierWork<TDatabase, TArg, TResult>,
): Promise<readonly LaneAnswer<TResult>[]> {
  const scope = scopeOf(call, 0)
  const rows = await takeRows(ownTable(trx), scope, keysOf(lanes), RowState.Applied)
  const fresh = lanes.filter((lane) => (rows.get(lane.key) as BarrierRow).fresh)
  const answers = await workOn(trx, fresh, work)
  await storeAnswers(ownTable(trx), scope, answers.flatMap(toStored))
  // What is not decided did not happen: the next attempt asks again.
  const pending = answers.filter(({ status }) => status !== 'done' && status !== 'refused')
  await dropRows(
    ownTable(trx),
    scope,
    pending.map(({ key }) => key),
  )
  const replayed = lanes.flatMap((lane) => {
    const row = rows.get(lane.key) as BarrierRow
    return row.fresh ? [] : [fromRow<TResult>(lane.key, row)]
  })
  return [...answers.map((answer) => asDefinite<TResult>(answer)), ...replayed]
}

async function undo<TDatabase, TArg, TResult>(
  trx: Transaction<TDatabase>,
  call: SetCall,
  lanes: readonly SetLane<TArg, TResult>[],
  work: BarrierWork<TDatabase, TArg, TResult>,
): Promise<readonly LaneAnswer<TResult>[]> {
  const actions = await takeRows(ownTable(trx), scopeOf(call, 0), keysOf(lanes), RowState.Fenced)
  const scope = scopeOf(call, 1)
  const own = await takeRows(ownTable(trx), scope, keysOf(lanes), RowState.Applied)
  const standing = lanes.filter((lane) => {
    const [action, undo] = [actions.get(lane.key) as BarrierRow, own.get(lane.key) as BarrierRow]
    // A fresh row of the action is a fence.
    return undo.fresh && action.state === RowState.Applied
  })
  const answers = await workOn(
    trx,
    standing.map((lane) => withStoredResult(lane, actions)),
    work,
  )
  const kept = answers.filter((answer) => answer.status !== 'done')
  await dropRows(
    ownTable(trx),
    scope,
    kept.map((answer) => answer.key),
  )
  const keptKeys = new Set(kept.map((answer) => answer.key))
  const undone = standing.filter((lane) => !keptKeys.has(lane.key) && fencesUndone(lane))
  await fenceRows(ownTable(trx), scopeOf(call, 0), keysOf(undone))
  return [
    ...kept.map((answer) => asDefinite<TResult>(answer)),
    ...lanes.filter((lane) => !keptKeys.has(lane.key)).map((lane) => done<TResult>(lane.key)),
  ]
}

async function workOn<TDatabase, TArg, TResult>(
  trx: Transaction<TDatabase>,
  lanes: readonly SetLane<TArg, TResult>[],
  work: BarrierWork<TDatabase, TArg, TResult>,
): Promise<readonly LaneAnswer<TResult>[]> {
  if (lanes.length === 0) return []
  const answers = await work(trx, lanes)
  return answers ?? lanes.map((lane) => done<TResult>(lane.key))
}

/** What an action returned; what the run knows of it, an operator's word perhaps, comes first. */
function withStoredResult<TArg, TResult>(
  lane: SetLane<TArg, TResult>,
  actions: ReadonlyMap<string, BarrierRow>,
): SetLane<TArg, TResult> {
  const stored = actions.get(lane.key)?.result as { readonly value: unknown } | undefined
  return stored ? { ...(apart(stored.value) as Pick<typeof lane, 'result' | 'undo'>), ...lane } : lane
}

function toStored(answer: LaneAnswer): readonly StoredAnswer[] {
  if (answer.status === 'refused') {
    const { code, details } = answer
    return [{ key: answer.key, state: RowState.Refused, result: { code, details } }]
  }
  if ('value' in answer) {
    return [{ key: answer.key, state: RowState.Applied, result: { value: answer.value } }]
  }
  return []
}

function fromRow<TResult>(key: string, row: BarrierRow): LaneAnswer<TResult> {
  if (row.state === RowState.Fenced) return { key, status: 'fenced' }
  if (row.state === RowState.Refused)
    return { key, status: 'refused', ...(row.result as { code: string }), definite: true }
  const stored = row.result as { readonly value: TResult } | undefined
  return stored ? { key, status: 'done', value: stored.value } : { key, status: 'done' }
}

const asDefinite = <TResult>(answer: LaneAnswer<TResult>): LaneAnswer<TResult> =>
  answer.status === 'refused' ? { ...answer, definite: true } : answer
