import { Kysely, MysqlDialect } from 'kysely'
import { createConnection, createPool } from 'mysql2'
import { describeAddress, parseDatabaseUrl } from './address.js'
import type { Database } from './database.js'
import { keepPoolFigures } from './pool-figures.js'
import { preparedPool } from './prepared-pool.js'
import { answerLimitMs, type SessionLimits, sessionStatements } from './session.js'

/** Milliseconds for the statements that prepare a session, beyond the time to open its connection. */
const preparingMs = 1_000

/** Options of `connectDatabase`. */
export interface ConnectOptions extends SessionLimits {
  /** Connections at most; default 10. */
  readonly poolSize?: number
  /** Milliseconds that a connection may take to be opened, default 5000; one is acquired at most a second later. */
  readonly connectTimeoutMs?: number
  /** The database of the barrier's rows, on the same server; by default that of the URL, as everything else. */
  readonly barrierDatabase?: string | undefined
}

/**
 * Opens a pool on MySQL or MariaDB; it connects on the first query. Affected rows are changed rows, integers and
 * sums are numbers (strings beyond 2^53), sessions run READ COMMITTED in UTC with a lock wait and a statement limit. A session whose
 * settings do not suit the sale is refused, with what is wrong.
 * A connection whose server does not answer a second after that limit is destroyed.
 * @throws {DatabaseUrlError} when the URL cannot be read
 */
export function connectDatabase(url: string, options: ConnectOptions = {}): Kysely<Database> {
  const address = parseDatabaseUrl(url)
  const { connectTimeoutMs = 5_000, poolSize = 10, barrierDatabase } = options
  const pool = createPool({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: barrierDatabase ?? address.database,
    connectionLimit: poolSize,
    connectTimeout: connectTimeoutMs,
    flags: ['-FOUND_ROWS'],
    supportBigNumbers: true,
    decimalNumbers: true,
    charset: 'utf8mb4_unicode_ci',
    timezone: 'Z',
    ...(address.tls ? { ssl: { rejectUnauthorized: true } } : {}),
  })
  const prepared = preparedPool(pool, {
    statements: sessionStatements(options),
    acquireMs: connectTimeoutMs + preparingMs,
    answerMs: answerLimitMs(options),
    address: describeAddress(address),
  })
  const sessions = new Kysely<Database>({
    dialect: new MysqlDialect({
      pool: prepared,
      controlConnection: (config: object | string) => createConnection(config as object),
    }),
  })
  // saga-core's barrier leaves plugins out: its rows are where the session is, all other tables where the URL says.
  const db = barrierDatabase === undefined ? sessions : sessions.withSchema(address.database)
  keepPoolFigures(db, () => ({ limit: poolSize, ...prepared.figures() }))
  return db
}

/** Ends the pool; queries under way finish first. */
export async function closeDatabase(db: Kysely<Database>): Promise<void> {
  await db.destroy()
}
