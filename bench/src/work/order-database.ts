import { randomBytes } from 'node:crypto'
import { createPool, type Pool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import type { Purchase } from 'seckill-workflows'
import { retryTransient } from './retry-transient.js'

/** One connection inside a transaction. */
export interface OrderTransaction {
  /** Runs a prepared statement and returns the number of rows it changed. */
  change(statement: string, values: readonly (string | number | Buffer)[]): Promise<number>
  /** Runs a prepared query and answers its first row. */
  first(statement: string, values: readonly (string | number)[]): Promise<RowDataPacket | undefined>
}

/** A pool tuned for one order at a time: prepared statements, no query builder. */
export interface OrderDatabase {
  /**
   * One step of one order: its barrier row first, then its writes, in one transaction. A step that has its barrier row
   * already changes nothing.
   */
  step(step: OrderStep, lane: Purchase, work: (trx: OrderTransaction) => Promise<void>): Promise<void>
  /** One order in one transaction, without a barrier row; a second attempt fails on a unique key of the first one's rows, and is done. */
  whole(work: (trx: OrderTransaction) => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** The barrier row that a step writes. */
interface OrderStep {
  readonly name: string
  /** 0 forward, 1 its compensation. */
  readonly phase: 0 | 1
}

const duplicateKey = 1062
const appliedState = 1
const sagaName = Buffer.from('purchase')
const insertBarrier = `INSERT INTO saga_barrier (saga, step, phase, lane, state, token, at)
  VALUES (?, ?, ?, ?, ?, ?, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED))`

/** Opens the pool with the sessions the sale has: READ COMMITTED, UTC, a lock wait of 3 s. */
export function openOrderDatabase(url: string, connections: number): OrderDatabase {
  const pool = createPool({ uri: url, connectionLimit: connections, flags: ['-FOUND_ROWS'], timezone: 'Z' })
  const prepared = new WeakSet<object>()
  return {
    step: (step, lane, work) =>
      retryTransient(() =>
        withTransaction(pool, prepared, async (trx) => {
          if (await takeBarrier(trx, step, lane)) await work(trx)
        }),
      ),
    whole: (work) => retryTransient(() => withTransaction(pool, prepared, work)).catch(ignoreDuplicate),
    close: () => pool.end(),
  }
}

async function withTransaction(
  pool: Pool,
  prepared: WeakSet<object>,
  work: (trx: OrderTransaction) => Promise<void>,
): Promise<void> {
  const connection = await pool.getConnection()
  try {
    await prepareSession(connection, prepared)
    await connection.query('BEGIN')
    await work(transactionOn(connection))
    await connection.query('COMMIT')
    connection.release()
  } catch (error) {
    // The server rolls the open transaction back.
    connection.destroy()
    throw error
  }
}

async function prepareSession(connection: PoolConnection, prepared: WeakSet<object>): Promise<void> {
  if (prepared.has(connection.connection)) return
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
  await connection.query("SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 3")
  prepared.add(connection.connection)
}

function transactionOn(connection: PoolConnection): OrderTransaction {
  return {
    async change(statement, values) {
      const [result] = await connection.execute<ResultSetHeader>(statement, [...values])
      return result.affectedRows
    },
    async first(statement, values) {
      const [rows] = await connection.execute<RowDataPacket[]>(statement, [...values])
      return rows[0]
    },
  }
}

/** Inserts the barrier row; resolves with `false` when an earlier attempt of this step was committed. */
async function takeBarrier(trx: OrderTransaction, step: OrderStep, lane: Purchase): Promise<boolean> {
  const key = Buffer.from(lane.reservationId)
  try {
    await trx.change(insertBarrier, [sagaName, Buffer.from(step.name), step.phase, key, appliedState, randomBytes(16)])
    return true
  } catch (error) {
    ignoreDuplicate(error)
    return false
  }
}

function ignoreDuplicate(error: unknown): void {
  if ((error as { readonly errno?: number }).errno !== duplicateKey) throw error
}
