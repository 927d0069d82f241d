import { CompiledQuery, type DatabaseConnection, type QueryResult, type Transaction } from 'kysely'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { type RowScope, stateOf } from './barrier-rows.js'
import { type BarrierDatabase, rowState } from './barrier-table.js'
import { effectOf } from './effect-of.js'

/** Rows that this transaction inserted as applied. */
interface OwnRows extends RowScope {
  readonly keys: readonly string[]
  readonly token: Buffer
}

type Send = DatabaseConnection['executeQuery']
type Query = Parameters<Send>

/** A transaction in which work is run. */
interface Guarded {
  readonly trx: Transaction<BarrierDatabase>
  readonly rows: OwnRows
  readonly send: Send
  /** The error that ended the transaction. */
  lost?: unknown
}

/**
 * Runs work, and fails unless its transaction still stands at the end; once it is lost, every further statement ends in the error that lost
 * it, and so does the work. The server rolls a transaction back at a deadlock: after a failed statement the barrier reads one of `rows`
 * again. A statement that commits is refused before it is sent. One that may commit, as a call of a procedure, is sent under a savepoint,
 * which the server forgets when the transaction ends, and while the rows are torn, so that they are when it commits.
 *
 * @throws errors of `work`, the error that ended the transaction, SagaError SAGA_BARRIER_TRANSACTION.
 */
export async function inStandingTransaction<T>(
  trx: Transaction<BarrierDatabase>,
  rows: OwnRows,
  work: () => Promise<T>,
): Promise<T> {
  const connection: DatabaseConnection = await trx.getExecutor().provideConnection(async (one) => one)
  const { executeQuery, streamQuery } = connection
  const send: Send = (...query) => executeQuery.apply(connection, query) as never
  const guarded: Guarded = { trx, rows, send }
  connection.executeQuery = (...query) => execute(guarded, query) as never
  connection.streamQuery = (...query) => stream(guarded, streamQuery.apply(connection, query)) as never
  try {
    const result = await work()
    if (guarded.lost !== undefined) throw guarded.lost
    return result
  } finally {
    connection.executeQuery = executeQuery
    connection.streamQuery = streamQuery
  }
}

async function execute(guarded: Guarded, query: Query): Promise<QueryResult<unknown>> {
  if (guarded.lost !== undefined) throw guarded.lost
  const [{ sql: statement }] = query
  const effect = effectOf(statement)
  if (effect === 'ends') throw transactionError(guarded, statement, 'would end', 'run it outside of the barrier')
  if (effect === 'keeps') return guarded.send(...query).catch((error) => failed(guarded, error))
  return prove(guarded, query)
}

/** The rows of a SELECT; Kysely streams no other statement. */
async function* stream(
  guarded: Guarded,
  results: AsyncIterable<QueryResult<unknown>>,
): AsyncIterable<QueryResult<unknown>> {
  if (guarded.lost !== undefined) throw guarded.lost
  try {
    yield* results
  } catch (error) {
    await failed(guarded, error)
  }
}

/** Throws the error of a statement; it has ended the transaction when the server rolled back the rows. */
async function failed(guarded: Guarded, error: unknown): Promise<never> {
  if (!(await hasRows(guarded))) guarded.lost = error
  throw error
}

/** Sends a statement, and fails when it has ended the transaction; Kysely sends no other one meanwhile. */
async function prove(guarded: Guarded, query: Query): Promise<QueryResult<unknown>> {
  const { trx, rows, send } = guarded
  await send(stateOf(trx, rows, rows.keys, rowState.torn).compile())
  await send(CompiledQuery.raw('SAVEPOINT saga_barrier'))
  const [sent] = await Promise.allSettled([send(...query)])
  const [released] = await Promise.allSettled([send(CompiledQuery.raw('RELEASE SAVEPOINT saga_barrier'))])
  if (released.status === 'rejected') {
    const rolledBack = sent.status === 'rejected' && !(await hasRows(guarded))
    guarded.lost = rolledBack ? sent.reason : transactionError(guarded, query[0].sql, 'ended', 'repair its effect')
    throw guarded.lost
  }
  await send(stateOf(trx, rows, rows.keys, rowState.applied).compile())
  if (sent.status === 'rejected') throw sent.reason
  return sent.value
}

/** Reports whether the first row is there; `false` on a connection that is lost. */
async function hasRows({ send, rows: { saga, step, phase, keys, token } }: Guarded): Promise<boolean> {
  const text = 'SELECT 1 FROM saga_barrier WHERE saga = ? AND step = ? AND phase = ? AND lane = ? AND token = ?'
  const values = [Buffer.from(saga), Buffer.from(step), phase, Buffer.from(keys[0] as string), token]
  const found = await send(CompiledQuery.raw(text, values)).catch(() => undefined)
  return found?.rows.length === 1
}

function transactionError({ rows }: Guarded, statement: string, verb: string, remedy: string): SagaError {
  const text = `step "${rows.step}": the statement "${statement.trim().slice(0, 80)}" ${verb} the barrier's transaction`
  return new SagaError(SagaErrorCode.BarrierTransaction, `${text}: ${remedy}`)
}
