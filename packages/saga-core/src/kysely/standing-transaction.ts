import { CompiledQuery, type DatabaseConnection, type QueryResult, type Transaction } from 'kysely'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { RowScope } from './barrier-rows.js'
import type { BarrierDatabase } from './barrier-table.js'
import { endsTransaction } from './ends-transaction.js'

/** A row that this transaction inserted. */
interface OwnRow extends RowScope {
  readonly key: string
  readonly token: Buffer
}

/**
 * Runs work, and fails unless its transaction still stands at the end. The server rolls a transaction back at a deadlock: after a failed
 * statement the barrier reads `row` again, and without it every further statement, and the work, ends in that statement's error. A
 * statement that commits is refused before it is sent.
 *
 * @throws errors of `work`, the error that ended the transaction, SagaError SAGA_BARRIER_TRANSACTION.
 */
export async function inStandingTransaction<T>(
  trx: Transaction<BarrierDatabase>,
  row: OwnRow,
  work: () => Promise<T>,
): Promise<T> {
  const connection: DatabaseConnection = await trx.getExecutor().provideConnection(async (one) => one)
  const send = connection.executeQuery
  let lost: unknown
  connection.executeQuery = async <R>(...[query, options]: Parameters<typeof send>): Promise<QueryResult<R>> => {
    if (lost !== undefined) throw lost
    refuseCommit(query.sql, row)
    try {
      return (await send.call(connection, query, options)) as QueryResult<R>
    } catch (error) {
      const found = await send.call(connection, readOf(row)).catch(() => undefined)
      if (found?.rows.length !== 1) lost = error
      throw error
    }
  }
  try {
    const result = await work()
    if (lost !== undefined) throw lost
    return result
  } finally {
    connection.executeQuery = send
  }
}

function readOf({ saga, step, phase, key, token }: OwnRow): CompiledQuery {
  const text = 'SELECT 1 FROM saga_barrier WHERE saga = ? AND step = ? AND phase = ? AND lane = ? AND token = ?'
  return CompiledQuery.raw(text, [Buffer.from(saga), Buffer.from(step), phase, Buffer.from(key), token])
}

function refuseCommit(statement: string, { step }: OwnRow): void {
  if (!endsTransaction(statement)) return
  const text = `step "${step}": the statement "${statement.trim().slice(0, 80)}" would end the barrier's transaction`
  throw new SagaError(SagaErrorCode.BarrierTransaction, `${text}: run it outside of the barrier`)
}
