import type { Kysely } from 'kysely'
import type { Database } from './database.js'

/** The connections of a pool now. */
export interface PoolFigures {
  /** Connections at most. */
  readonly limit: number
  /** Connections that statements or transactions have. */
  readonly used: number
  /** Requests for a connection that are not answered yet. */
  readonly waiting: number
}

const readers = new WeakMap<Kysely<Database>, () => PoolFigures>()

/** Keeps the reader of a database's pool. */
export function keepPoolFigures(db: Kysely<Database>, read: () => PoolFigures): void {
  readers.set(db, read)
}

/** The pool of a database that `connectDatabase` made. @throws Error for another one */
export function poolFigures(db: Kysely<Database>): PoolFigures {
  const read = readers.get(db)
  if (read === undefined) throw new Error('connectDatabase did not make this database, so its pool is unknown.')
  return read()
}
