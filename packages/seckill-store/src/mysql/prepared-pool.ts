import type { MysqlPool, MysqlPoolConnection } from 'kysely'
import { limitAnswers } from './limited-connection.js'
import type { PoolFigures } from './pool-figures.js'
import { type Session, sessionFault, sessionQuestion } from './session.js'
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

/** A pool of prepared connections. */
export interface PreparedPool extends MysqlPool {
  figures(): Omit<PoolFigures, 'limit'>
}

/**
 * A pool that hands out prepared connections within a deadline. A connection that cannot be prepared, or whose settings are not
 * those of the sale, is destroyed, never handed out half prepared, and never left taken.
 */
export function preparedPool(pool: MysqlPool, terms: PoolTerms): PreparedPool {
  let waiting = 0
  const ready = new WeakSet<MysqlPoolConnection>()
  const used = new Set<MysqlPoolConnection>()

  const handOut = (connection: MysqlPoolConnection, done: Acquired): void => {
    used.add(connection)
    done(null, connection)
  }

  const acquire = (done: Acquired): void => {
    pool.getConnection((error, connection) => {
      if (error) return done(new DatabaseUnavailable(terms.address, error), connection)
      if (ready.has(connection)) return handOut(connection, done)
      limitAnswers(connection, terms)
      tellEnd(connection, () => used.delete(connection))
      prepare(connection, terms.statements, (failure) => {
        if (failure) {
          connection.destroy()
          return done(new DatabaseUnavailable(terms.address, failure), connection)
        }
        ready.add(connection)
        handOut(connection, done)
      })
    })
  }

  return {
    figures: () => ({ used: used.size, waiting }),
    getConnection(done) {
      waiting++
      const answer = inTime(terms, (error, connection) => {
        waiting--
        done(error, connection)
      })
      acquire(answer)
    },
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

/** Calls back when a connection goes back to its pool, or is destroyed. */
function tellEnd(connection: MysqlPoolConnection, onEnd: () => void): void {
  const release = connection.release.bind(connection)
  const destroy = connection.destroy.bind(connection)
  connection.release = () => {
    onEnd()
    release()
  }
  connection.destroy = () => {
    onEnd()
    destroy()
  }
}

/** Runs the statements in their order, and then checks what the session has. */
function prepare(connection: MysqlPoolConnection, statements: readonly string[], done: (error: unknown) => void): void {
  const [first, ...rest] = statements
  if (first === undefined) {
    connection.query(sessionQuestion, [], (error, rows) => done(error ?? faultOf(rows)))
    return
  }
  connection.query(first, [], (error) => {
    if (error) done(error)
    else prepare(connection, rest, done)
  })
}

function faultOf(rows: unknown): Error | null {
  const text = sessionFault((rows as readonly [Session])[0])
  return text === undefined ? null : new Error(text)
}
