import type { Kysely, Transaction } from 'kysely'
import { checkAnswers } from '../activity/check-answers.js'
import { checkCall, fencesUndone, workOf } from '../barrier/barrier-call.js'
import type { LaneAnswer } from '../wire/answer.js'
import { done, fenced } from '../wire/answer.js'
import type { SetCall, SetLane } from '../wire/set-wise.js'
import { apart } from '../wire/with-undo.js'
import {
  type BarrierRow,
  dropRows,
  fenceRows,
  type RowScope,
  type StoredAnswer,
  storeAnswers,
  takeRows,
} from './barrier-rows.js'
import { type BarrierDatabase, rowState } from './barrier-table.js'
import { inStandingTransaction } from './standing-transaction.js'

/**
 * A step's business writes inside the barrier's transaction, for the lanes whose effect is due now. A lane that it answers as refused or
 * pending has written nothing; a compensation that refuses a lane has not undone it; no answers at all mean that every lane is done.
 */
export type BarrierWork<TDatabase, TArg, TResult> = (
  trx: Transaction<TDatabase>,
  fresh: readonly SetLane<TArg, TResult>[],
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function without a return is of this type
) => Promise<readonly LaneAnswer<TResult>[] | void>

/**
 * Runs a step's writes at most once per lane, in any order of its action, retries, late attempts and compensation: a repeated action
 * gets the stored result or refusal; an action after its compensation is fenced; a compensation without an action does nothing and
 * fences it. A `decide` is an action; a pending one leaves no row and is asked again. All of it is one READ COMMITTED transaction whose
 * first statement is the barrier's. The idea is DTM's sub-transaction barrier (dtm.pub/practice/barrier.html), here for sets of lanes and
 * with stored refusals.
 *
 * @throws any error of `work` and of the driver, after which nothing is committed; SagaError SAGA_BARRIER_PHASE in a `verify`, which
 * {@link verifyBarrier} answers; SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH, SAGA_BARRIER_TABLE, SAGA_BARRIER_TORN, SAGA_RESULT_TOO_LARGE;
 * SAGA_BARRIER_TRANSACTION for a statement that would commit, or did; ApplicationFailure SAGA_REPORT_MISMATCH when `work` answers a lane not at
 * all, twice, or with a refusal without a code.
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
  checkCall(call, keysOf(lanes))
  const sorted = inKeyOrder(lanes, ({ key }) => key)
  const run = workOf(call, 'verifyBarrier or verifyLaneBarrier') === 'act' ? act : undo
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute((trx) => run(trx, call, sorted, work))
}

/**
 * Answers a step's `verify` from the barrier alone: done with the stored result, the stored refusal, or not done and fenced from then on.
 *
 * @throws driver errors; SagaError SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH, SAGA_BARRIER_PHASE, SAGA_BARRIER_TABLE, SAGA_BARRIER_TORN.
 * @example
 * const verifyCharge = setWise<Charge, Receipt>((lanes, call) => verifyBarrier(db, call, lanes))
 */
export async function verifyBarrier<TDatabase extends BarrierDatabase, TArg, TResult>(
  db: Kysely<TDatabase>,
  call: SetCall,
  lanes: readonly SetLane<TArg, TResult>[],
): Promise<readonly LaneAnswer<TResult>[]> {
  checkCall(call, keysOf(lanes))
  const keys = inKeyOrder(keysOf(lanes), (key) => key)
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      const rows = await takeRows(ownTable(trx), scopeOf(call, 0), keys, rowState.fenced)
      return [...rows].map(([key, row]) => (row.fresh ? fenced(key) : fromRow<TResult>(key, row)))
    })
}

/** The items sorted by the table's binary keys, which is the order of their locks. */
function inKeyOrder<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return items
    .map((item) => ({ item, bytes: Buffer.from(keyOf(item)) }))
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes))
    .map(({ item }) => item)
}

/** The transaction with the barrier's table alone and without plugins, so that `withSchema` moves no statement to another database. */
function ownTable<TDatabase>(trx: Transaction<TDatabase>): Transaction<BarrierDatabase> {
  return trx.withoutPlugins() as unknown as Transaction<BarrierDatabase>
}

function scopeOf({ saga, step }: SetCall, phase: 0 | 1): RowScope {
  return { saga, step, phase }
}

function keysOf(items: readonly { readonly key: string }[]): readonly string[] {
  return items.map(({ key }) => key)
}

async function act<TDatabase, TArg, TResult>(
  trx: Transaction<TDatabase>,
  call: SetCall,
  lanes: readonly SetLane<TArg, TResult>[],
  work: BarrierWork<TDatabase, TArg, TResult>,
): Promise<readonly LaneAnswer<TResult>[]> {
  const scope = scopeOf(call, 0)
  const rows = await takeRows(ownTable(trx), scope, keysOf(lanes), rowState.applied)
  const fresh = lanes.filter((lane) => (rows.get(lane.key) as BarrierRow).fresh)
  const answers = await workOn(trx, scope, rows, fresh, work)
  await storeAnswers(ownTable(trx), scope, answers.flatMap(toStored))
  const undecided = answers.filter(({ status }) => status !== 'done' && status !== 'refused')
  await dropRows(ownTable(trx), scope, keysOf(undecided))
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
  const actions = await takeRows(ownTable(trx), scopeOf(call, 0), keysOf(lanes), rowState.fenced)
  const scope = scopeOf(call, 1)
  const own = await takeRows(ownTable(trx), scope, keysOf(lanes), rowState.applied)
  const standing = lanes.filter((lane) => {
    const [action, undo] = [actions.get(lane.key) as BarrierRow, own.get(lane.key) as BarrierRow]
    // A fresh row of the action is a fence, because this call inserted it as fenced.
    return undo.fresh && action.state === rowState.applied
  })
  const told = standing.map((lane) => withStoredResult(lane, actions))
  const answers = await workOn(trx, scope, own, told, work)
  const kept = answers.filter((answer) => answer.status !== 'done')
  await dropRows(ownTable(trx), scope, keysOf(kept))
  const keptKeys = new Set(keysOf(kept))
  const undone = standing.filter((lane) => !keptKeys.has(lane.key) && fencesUndone(lane))
  await fenceRows(ownTable(trx), scopeOf(call, 0), keysOf(undone))
  return [
    ...kept.map((answer) => asDefinite<TResult>(answer)),
    ...lanes.filter((lane) => !keptKeys.has(lane.key)).map((lane) => done<TResult>(lane.key)),
  ]
}

async function workOn<TDatabase, TArg, TResult>(
  trx: Transaction<TDatabase>,
  scope: RowScope,
  rows: ReadonlyMap<string, BarrierRow>,
  lanes: readonly SetLane<TArg, TResult>[],
  work: BarrierWork<TDatabase, TArg, TResult>,
): Promise<readonly LaneAnswer<TResult>[]> {
  const keys = keysOf(lanes)
  if (keys.length === 0) return []
  const { token } = rows.get(keys[0] as string) as BarrierRow
  const answers = await inStandingTransaction(ownTable(trx), { ...scope, keys, token }, () => work(trx, lanes))
  return answers ? checkAnswers(keys, answers) : keys.map((key) => done<TResult>(key))
}

/** The lane with its action's stored result; a result the run itself knows, such as an operator's, goes before it. */
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
    return [{ key: answer.key, state: rowState.refused, result: { code, details } }]
  }
  if ('value' in answer) {
    return [{ key: answer.key, state: rowState.applied, result: { value: answer.value } }]
  }
  return []
}

function fromRow<TResult>(key: string, row: BarrierRow): LaneAnswer<TResult> {
  if (row.state === rowState.fenced) return { key, status: 'fenced' }
  if (row.state === rowState.refused)
    return { key, status: 'refused', ...(row.result as { code: string }), definite: true }
  const stored = row.result as { readonly value: TResult } | undefined
  return stored ? { key, status: 'done', value: stored.value } : { key, status: 'done' }
}

function asDefinite<TResult>(answer: LaneAnswer<TResult>): LaneAnswer<TResult> {
  return answer.status === 'refused' ? { ...answer, definite: true } : answer
}
