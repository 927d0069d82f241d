import type { MysqlPool, MysqlPoolConnection } from 'kysely'
import { DatabaseUnavailable } from './unavailable.js'

/**
 * A pool whose connections have run `statements` before their first use. A connection that cannot be prepared is
 * destroyed, never handed out half prepared, and never left taken.
 */
export function preparedPool(pool: MysqlPool, statements: readonly string[], address: string): MysqlPool {
  const ready = new WeakSet<MysqlPoolConnection>()
  return {
    getConnection(callback) {
      pool.getConnection((error, connection) => {
        if (error) return callback(new DatabaseUnavailable(address, error), connection)
        if (ready.has(connection)) return callback(null, connection)
        runInOrder(connection, statements, (failure) => {
          if (failure) {
            connection.destroy()
            return callback(new DatabaseUnavailable(address, failure), connection)
          }
          ready.add(connection)
          callback(null, connection)
        })
      })
    },
    end: (callback) => pool.end(callback),
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
