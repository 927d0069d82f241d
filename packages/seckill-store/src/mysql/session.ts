/** Limits every session of a pool runs under. */
export interface SessionLimits {
  /** Seconds a statement waits for a row lock; default 3. */
  readonly lockWaitSeconds?: number
  /** Seconds a statement may run, 0 for no limit; default 5. MySQL limits SELECT statements only. */
  readonly statementSeconds?: number
}

const defaultStatementSeconds = 5
const sqlMode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

/**
 * The statements that prepare a new session. The limit of a statement has another name and unit on each server:
 * MariaDB alone runs an M comment, MySQL 8 alone an 80000 comment.
 */
export function sessionStatements(limits: SessionLimits): readonly string[] {
  const seconds = limits.statementSeconds ?? defaultStatementSeconds
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION time_zone = '+00:00', sql_mode = '${sqlMode}', ` +
      `innodb_lock_wait_timeout = ${limits.lockWaitSeconds ?? 3}` +
      `/*M! , max_statement_time = ${seconds} */` +
      `/*!80000 , max_execution_time = ${seconds * 1_000} */`,
  ]
}

/** Milliseconds after which a server that limits its statements must have answered, 0 for no limit. */
export function answerLimitMs({ statementSeconds = defaultStatementSeconds }: SessionLimits): number {
  return statementSeconds === 0 ? 0 : statementSeconds * 1_000 + 1_000
}
