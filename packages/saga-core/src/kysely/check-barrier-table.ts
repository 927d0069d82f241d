import { type QueryExecutorProvider, sql } from 'kysely'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { type Session, sessionFaults } from './session-faults.js'

const columns: ReadonlyMap<string, string> = new Map([
  ['saga', 'varbinary(32) NO'],
  ['step', 'varbinary(64) NO'],
  ['phase', 'tinyint NO'],
  ['lane', 'varbinary(96) NO'],
  ['state', 'tinyint NO'],
  ['token', 'binary(16) NO'],
  ['result', 'varbinary(4000) YES'],
  ['at', 'bigint NO'],
])

const primaryKey = 'saga,step,phase,lane'

/**
 * Checks at start that this database has a barrier table of the right shape, and that a session of its pool has settings under which a
 * barrier stands.
 *
 * @throws SagaError SAGA_BARRIER_TABLE with the difference and the remedy; SAGA_BARRIER_SERVER with the setting; driver errors.
 * @example
 * await checkBarrierTable(db)
 */
export async function checkBarrierTable(db: QueryExecutorProvider): Promise<void> {
  // First, since the other statements read what the settings let them read.
  await checkSession(db)
  const { rows: tables } = await sql<{ readonly engine: string | null; readonly name: string | null }>`
    SELECT DATABASE() AS name, (SELECT engine FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_name = 'saga_barrier') AS engine`.execute(db)
  const { engine = null, name = null } = tables[0] ?? {}
  const where = `database "${name ?? '(none)'}"`
  if (engine === null) fail(`${where} has no table saga_barrier`, 'call createBarrierTable(db) in a migration')
  const remedy = 'rename the table and call createBarrierTable(db) in a migration'
  if (engine !== 'InnoDB') fail(`saga_barrier in ${where} has the engine ${engine}, not InnoDB`, remedy)
  const wrong = [...(await wrongColumns(db)), ...(await wrongKeys(db))]
  if (wrong.length > 0) fail(`saga_barrier in ${where} is of another shape: ${wrong.join('; ')}`, remedy)
}

async function checkSession(db: QueryExecutorProvider): Promise<void> {
  const { rows } = await sql<Session>`SELECT @@sql_mode AS sql_mode, CONCAT(@@max_allowed_packet) AS max_allowed_packet,
    CONCAT(@@sql_select_limit) AS sql_select_limit, IF(@@autocommit, 'ON', 'OFF') AS autocommit, @@completion_type AS completion_type
    LIMIT 1`.execute(db)
  const faults = sessionFaults(rows[0] as Session)
  if (faults.length === 0) return
  const text = `a session of the barrier's database does not suit it: ${faults.join('; ')}`
  throw new SagaError(
    SagaErrorCode.BarrierServer,
    `${text}. Change it for this user, in the server or where its pool connects.`,
  )
}

function fail(what: string, remedy: string): never {
  throw new SagaError(SagaErrorCode.BarrierTable, `${what}. To go on, ${remedy}.`)
}

async function wrongColumns(db: QueryExecutorProvider): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string; readonly type: string }>`
    SELECT column_name AS name, CONCAT(column_type, ' ', is_nullable) AS type FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'saga_barrier'`.execute(db)
  // MariaDB shows the display width of an integer, MySQL 8 does not; it has no effect on the values.
  const found = new Map(rows.map(({ name, type }) => [name, type.replace(/int\(\d+\)/, 'int')]))
  return [...columns].flatMap(([name, type]) => {
    const actual = found.get(name)
    return actual === type ? [] : [`column ${name} is ${actual ?? 'missing'}, not ${type}`]
  })
}

async function wrongKeys(db: QueryExecutorProvider): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string; readonly list: string; readonly several: number }>`
    SELECT index_name AS name, GROUP_CONCAT(column_name ORDER BY seq_in_index) AS list, MAX(non_unique) AS several
    FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'saga_barrier'
    GROUP BY index_name`.execute(db)
  const primary = rows.find(({ name }) => name === 'PRIMARY')?.list
  const unique = rows.filter(({ name, several }) => name !== 'PRIMARY' && Number(several) === 0)
  return [
    ...(primary === primaryKey ? [] : [`its primary key is (${primary ?? ''}), not (${primaryKey})`]),
    ...unique.map(({ name }) => `it has a second unique key, ${name}, which costs deadlocks`),
    ...(rows.some(({ list }) => list.split(',')[0] === 'at') ? [] : ['it has no key on at, by which it is cleaned']),
  ]
}
