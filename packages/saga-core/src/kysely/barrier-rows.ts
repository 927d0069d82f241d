import { randomBytes } from 'node:crypto'
import { type ExpressionBuilder, sql, type Transaction } from 'kysely'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { type BarrierDatabase, databaseClock, rowState } from './barrier-table.js'

/** The part of a row's key that all lanes of a call have in common. */
export interface RowScope {
  readonly saga: string
  readonly step: string
  readonly phase: 0 | 1
}

/** The condition that selects the rows of these lanes. */
function areAmong({ saga, step, phase }: RowScope, keys: readonly string[]) {
  const lanes = keys.map((key) => Buffer.from(key))
  return (row: ExpressionBuilder<BarrierDatabase, 'saga_barrier'>) =>
    row.and([
      row('saga', '=', Buffer.from(saga)),
      row('step', '=', Buffer.from(step)),
      row('phase', '=', phase),
      row('lane', 'in', lanes),
    ])
}

/** A row as an attempt reads it. */
export interface BarrierRow {
  /** `true` when this attempt inserted the row. */
  readonly fresh: boolean
  readonly state: number
  /** The token of the attempt that inserted it. */
  readonly token: Buffer
  /** The stored result or refusal; `undefined` when the row has none. */
  readonly result: unknown
}

/**
 * Inserts the missing rows in `state`, then reads and locks all rows in the order of their keys. Keys are distinct, come sorted, which is
 * the one lock order, and fit their column, since the server may cut a longer one.
 *
 * @throws SagaError SAGA_BARRIER_TABLE when rows are missing, and for a row that it cannot read; SAGA_BARRIER_TORN for a torn one.
 */
export async function takeRows(
  trx: Transaction<BarrierDatabase>,
  scope: RowScope,
  keys: readonly string[],
  state: number,
): Promise<ReadonlyMap<string, BarrierRow>> {
  const token = randomBytes(16)
  const [saga, step] = [Buffer.from(scope.saga), Buffer.from(scope.step)]
  // One JSON text of all keys takes a third of the driver's time of one parameter row a key, and two thirds of the server's.
  // It travels as bytes, since text is cut to the characters of the connection's charset.
  const text = Buffer.from(JSON.stringify(keys))
  const lanes = sql`JSON_TABLE(CONVERT(${text} USING utf8mb4), '$[*]' COLUMNS (lane VARCHAR(96) CHARACTER SET utf8mb4 PATH '$'))`
  // MySQL counts an inserted row as one and an updated row as two: a count equal to the keys means that all rows are this attempt's.
  const { numAffectedRows } = await sql`INSERT INTO saga_barrier (saga, step, phase, lane, state, token, at)
    SELECT ${saga}, ${step}, ${scope.phase}, asked.lane, ${state}, ${token}, ${databaseClock} FROM ${lanes} AS asked
    ON DUPLICATE KEY UPDATE at = saga_barrier.at + 1`.execute(trx)
  if (numAffectedRows === BigInt(keys.length)) {
    return new Map(keys.map((key) => [key, { fresh: true, state, token, result: undefined }]))
  }
  const found = await trx
    .selectFrom('saga_barrier')
    .select(['lane', 'token', 'result', sql<unknown>`CONCAT(state)`.as('state')])
    .where(areAmong(scope, keys))
    .orderBy('lane')
    // `sql_select_limit` cuts a read without a limit.
    .limit(keys.length)
    .forUpdate()
    .execute()
  if (found.length !== keys.length) {
    const text = `step "${scope.step}": ${keys.length} lanes, but ${found.length} barrier rows`
    throw new SagaError(SagaErrorCode.BarrierTable, `${text}: see what checkBarrierTable(db) says of the connection`)
  }
  return new Map(found.map((row) => [row.lane.toString(), readRow(scope, row, token)]))
}

interface FoundRow {
  readonly lane: Buffer
  readonly token: Buffer
  readonly result: Buffer | null
  /** As text, which a `typeCast` of TINYINT leaves alone. */
  readonly state: unknown
}

const states: ReadonlySet<number> = new Set(Object.values(rowState))

function readRow({ step }: RowScope, { lane, token, result, state }: FoundRow, own: Buffer): BarrierRow {
  const where = `step "${step}", lane "${lane}": the barrier row`
  if (!Buffer.isBuffer(lane) || !Buffer.isBuffer(token) || !(result === null || Buffer.isBuffer(result))) {
    const text = `${where} has binary columns that the driver does not return as buffers`
    throw new SagaError(SagaErrorCode.BarrierTable, `${text}: leave VARBINARY and BINARY out of its typeCast`)
  }
  if (!states.has(Number(state))) {
    const text = `${where} has the state ${JSON.stringify(state)}, which is none of ${[...states]}`
    throw new SagaError(SagaErrorCode.BarrierTable, `${text}: restore the row, or its typeCast`)
  }
  if (Number(state) === rowState.torn) {
    const text = `${where} is torn: a statement of its work committed before the work had ended`
    throw new SagaError(SagaErrorCode.BarrierTorn, `${text}. Repair its effect, then delete the row.`)
  }
  const stored = result === null ? undefined : JSON.parse(result.toString())
  return { fresh: token.equals(own), state: Number(state), token, result: stored }
}

/** An action's state and result, stored for later attempts. */
export interface StoredAnswer {
  readonly key: string
  readonly state: number
  readonly result: unknown
}

/**
 * Stores results and refusals in rows that this transaction has locked.
 *
 * @throws SagaError SAGA_RESULT_TOO_LARGE over 4,000 bytes a lane.
 */
export async function storeAnswers(
  trx: Transaction<BarrierDatabase>,
  scope: RowScope,
  answers: readonly StoredAnswer[],
): Promise<void> {
  if (answers.length === 0) return
  const [saga, step, token] = [Buffer.from(scope.saga), Buffer.from(scope.step), Buffer.alloc(16)]
  const rows = answers.map(({ key, state, result }) => {
    const json = Buffer.from(JSON.stringify(result))
    if (json.length > 4000) {
      const text = `step "${scope.step}", lane "${key}": the result is ${json.length} bytes, over 4000`
      throw new SagaError(SagaErrorCode.ResultTooLarge, `${text}: keep it in a table of yours and return its key`)
    }
    return sql`(${saga}, ${step}, ${scope.phase}, ${Buffer.from(key)}, ${state}, ${token}, ${json}, 0)`
  })
  await sql`INSERT INTO saga_barrier (saga, step, phase, lane, state, token, result, at) VALUES ${sql.join(rows)}
    ON DUPLICATE KEY UPDATE state = VALUES(state), result = VALUES(result)`.execute(trx)
}

/** The update of the state of rows that this transaction has locked. */
export function stateOf(trx: Transaction<BarrierDatabase>, scope: RowScope, keys: readonly string[], state: number) {
  return trx.updateTable('saga_barrier').set({ state }).where(areAmong(scope, keys))
}

/** Turns rows of actions into fences, so that a late attempt changes nothing. */
export async function fenceRows(
  trx: Transaction<BarrierDatabase>,
  scope: RowScope,
  keys: readonly string[],
): Promise<void> {
  if (keys.length > 0) await stateOf(trx, scope, keys, rowState.fenced).execute()
}

/** Deletes rows that this transaction inserted. */
export async function dropRows(
  trx: Transaction<BarrierDatabase>,
  scope: RowScope,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return
  await trx.deleteFrom('saga_barrier').where(areAmong(scope, keys)).execute()
}
