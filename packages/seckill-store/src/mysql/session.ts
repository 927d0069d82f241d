/** Limits every session of a pool runs under. */
export interface SessionLimits {
  /** Seconds a statement waits for a row lock; default 3. */
  readonly lockWaitSeconds?: number
  /** Seconds a statement may run, 0 for no limit; default 5. MySQL limits SELECT statements only. */
  readonly statementSeconds?: number
}

const defaultStatementSeconds = 5
const sqlMode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

/** The settings of a session that a server, a user's defaults or a proxy may have otherwise, and without which the sale is not what it says. */
const needed = {
  sql_mode: sqlMode,
  autocommit: 'ON',
  completion_type: 'NO_CHAIN',
  sql_select_limit: '18446744073709551615',
  character_set_client: 'utf8mb4',
  character_set_results: 'utf8mb4',
  collation_connection: 'utf8mb4_unicode_ci',
} as const

/** Bytes of the longest statement: the rows of 2,000 lanes, with the results that a barrier keeps of them. */
const leastPacket = 2 * 1024 * 1024

/**
 * The statements that prepare a new session. The limit of a statement has another name and unit on each server:
 * MariaDB alone runs an M comment, MySQL 8 alone an 80000 comment.
 */
export function sessionStatements(limits: SessionLimits): readonly string[] {
  const seconds = limits.statementSeconds ?? defaultStatementSeconds
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION time_zone = '+00:00', ${assignments}, ` +
      `innodb_lock_wait_timeout = ${limits.lockWaitSeconds ?? 3}` +
      `/*M! , max_statement_time = ${seconds} */` +
      `/*!80000 , max_execution_time = ${seconds * 1_000} */`,
  ]
}

const assignments = Object.entries(needed)
  .map(([name, value]) => `${name} = ${/^\d+$/.test(value) ? value : `'${value}'`}`)
  .join(', ')

/** The settings of a prepared session, as text. */
export type Session = Readonly<Record<keyof typeof needed | 'max_allowed_packet', string>>

/** Reads the settings of a session; `LIMIT` comes before a limit of the session itself. */
export const sessionQuestion = `SELECT ${Object.keys(needed)
  .map((name) => `${name === 'autocommit' ? "IF(@@autocommit, 'ON', 'OFF')" : `CONCAT(@@${name})`} AS ${name}`)
  .join(', ')}, CONCAT(@@max_allowed_packet) AS max_allowed_packet LIMIT 1`

/** What is wrong with the settings of a prepared session, with the remedy; `undefined` where nothing is. */
export function sessionFault(session: Session): string | undefined {
  const names = Object.keys(needed) as (keyof typeof needed)[]
  const kept = names
    .filter((name) => session[name] !== needed[name])
    .map((name) => `its ${name} is ${session[name]}, though it was set to ${needed[name]}`)
  if (kept.length > 0) return `${kept.join('; ')}: something between the sale and the server keeps settings from it.`
  if (Number(session.max_allowed_packet) >= leastPacket) return undefined
  return `max_allowed_packet is ${session.max_allowed_packet}, under ${leastPacket}, so statements of many purchases fail: raise it in the server.`
}

/** Milliseconds after which a server that limits its statements must have answered, 0 for no limit. */
export function answerLimitMs({ statementSeconds = defaultStatementSeconds }: SessionLimits): number {
  return statementSeconds === 0 ? 0 : statementSeconds * 1_000 + 1_000
}
