import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from './database.js'
import { driverError } from './unavailable.js'

/** A deadlock, and a row that has changed since the transaction read it (MariaDB): the server has rolled the transaction back. */
const rolledBack: ReadonlySet<number | undefined> = new Set([1213, 1020])
const mostAttempts = 5
const firstPauseMs = 20

/**
 * Runs work in a transaction, and runs it again where the server has rolled it back in favour of another transaction. The work
 * therefore has no effect outside of its transaction.
 *
 * @throws the error of the work, or of the last attempt
 */
export async function inTransaction<T>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (attempt === mostAttempts || !rolledBack.has(driverError(error).errno)) throw error
      await delay(firstPauseMs * 2 ** (attempt - 1) * Math.random())
    }
  }
}
