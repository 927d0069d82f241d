import type { MysqlPool, MysqlPoolConnection } from 'kysely'
import { limitAnswers } from './limited-connection.js'
import { DatabaseUnavailable } from './unavailable.js'

/** Session statements and deadlines of a pool's connections, in milliseconds; 0 for no deadline. */
export interface PoolTerms {
  /** Statements that a connection has run before its first use. */
  readonly statements: readonly string[]
  /** Limit for a connection to be free, or opened and prepared. */
  readonly acquireMs: number
  /** Limit for the answer to a statement; the connection is then destroyed. */
  readonly answerMs: number
  /** Names the server in errors. */
  readonly address: string
}

type Acquired = Parameters<MysqlPool['getConnection']>[0]

/**
 * A pool that hands out prepared connections within a deadline. A connection that cannot be prepared is destroyed, never
 * handed out half prepared, and never left taken.
 */
export function preparedPool(pool: MysqlPool, terms: PoolTerms): MysqlPool {
  const ready = new WeakSet<MysqlPoolConnection>()

  const acquire = (done: Acquired): void => {
    pool.getConnection((error, connection) => {
      if (error) return done(new DatabaseUnavailable(terms.address, error), connection)
      if (ready.has(connection)) return done(null, connection)
      limitAnswers(connection, terms)
      runInOrder(connection, terms.statements, (failure) => {
        if (failure) {
          connection.destroy()
          return done(new DatabaseUnavailable(terms.address, failure), connection)
        }
        ready.add(connection)
        done(null, connection)
      })
    })
  }

  return {
    getConnection: (done) => acquire(inTime(terms, done)),
    end: (callback) => pool.end(callback),
  }
}

/** Calls `done` with an error at the deadline; a connection that comes later goes back to the pool. */
function inTime({ acquireMs, address }: PoolTerms, done: Acquired): Acquired {
  if (acquireMs === 0) return done
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    const cause = Object.assign(new Error(`none was free within ${acquireMs} ms.`), { code: 'ETIMEDOUT' })
    done(new DatabaseUnavailable(address, cause), undefined as never)
  }, acquireMs)
  return (error, connection) => {
    clearTimeout(timer)
    if (!isLate) done(error, connection)
    else if (!error) connection.release()
  }
}

function runInOrder(
  connection: MysqlPoolConnection,
  statements: readonly string[],
  done: (error: unknown) => void,
): void {
  const [first, ...rest] = statements
  if (first === undefined) {
    done(null)
    return
  }
  connection.query(first, [], (error) => {
    if (error) done(error)
    else runInOrder(connection, rest, done)
  })
}
