import { Buffer } from 'node:buffer'
import { type Kysely, sql } from 'kysely'
import {
  type CleaningOptions,
  type CleaningReport,
  cleanOldRows,
  type OldRow,
  type OldRows,
} from '../barrier/barrier-cleaning.js'
import { type BarrierDatabase, databaseClock } from './barrier-table.js'

/** A row's key and its time of insertion. */
interface TableRow {
  readonly saga: Buffer
  readonly step: Buffer
  /** As text, which a `typeCast` of TINYINT leaves alone. */
  readonly phase: string
  readonly lane: Buffer
  readonly at: number
}

interface CleanableRow extends OldRow {
  readonly row: TableRow
}

/**
 * Deletes old barrier rows of lanes that have ended, in pages of at most `rowsAtOnce` rows, each a transaction of its own. An action's
 * row stays as long as its compensation's does. A cleaning may be stopped and started again at any time.
 *
 * @throws SagaError SAGA_CLEANING_TOO_EARLY when `olderThanMs` is under a week; driver errors.
 * @example
 * await cleanBarrier(db, { olderThanMs: 45 * 86_400_000, ended: endedLanes })
 */
export async function cleanBarrier<TDatabase extends BarrierDatabase>(
  db: Kysely<TDatabase>,
  options: CleaningOptions,
): Promise<CleaningReport> {
  // Without plugins, so that `withSchema` moves no statement to another database.
  const own = db.withoutPlugins() as unknown as Kysely<BarrierDatabase>
  const { olderThanMs } = options
  return cleanOldRows<CleanableRow>(
    options,
    (from, limit) => readOld(own, olderThanMs, from, limit),
    (rows) => remove(own, olderThanMs, rows),
  )
}

async function readOld(
  db: Kysely<BarrierDatabase>,
  olderThanMs: number,
  from: string,
  limit: number,
): Promise<OldRows<CleanableRow>> {
  const after = from === '' ? sql`TRUE` : sql`(at, saga, step, phase, lane) > (${sql.join(fromPlace(from))})`
  const least = from === '' ? 0 : fromPlace(from)[0]
  const { rows } = await sql<TableRow & { readonly young: number }>`
    SELECT saga, step, CONCAT(phase) AS phase, lane, at, EXISTS (
      SELECT * FROM saga_barrier AS undone WHERE undone.saga = saga_barrier.saga AND undone.step = saga_barrier.step
        AND undone.phase = 1 AND undone.lane = saga_barrier.lane AND undone.at >= ${databaseClock} - ${olderThanMs}
    ) AS young
    FROM saga_barrier WHERE at < ${databaseClock} - ${olderThanMs} AND at >= ${least} AND ${after}
    ORDER BY at, saga, step, phase, lane LIMIT ${limit}`.execute(db)
  const last = rows.at(-1)
  const old = rows.filter(({ young }) => Number(young) === 0)
  const cleanable = old.map((row) => ({ saga: row.saga.toString(), lane: row.lane.toString(), row }))
  return rows.length < limit || !last ? { rows: cleanable } : { rows: cleanable, next: toPlace(last) }
}

async function remove(
  db: Kysely<BarrierDatabase>,
  olderThanMs: number,
  rows: readonly CleanableRow[],
): Promise<number> {
  const groups = Map.groupBy(rows, ({ row }) => `${row.saga.toString('hex')} ${row.step.toString('hex')} ${row.phase}`)
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      let deleted = 0
      for (const group of groups.values()) {
        const { saga, step, phase } = (group[0] as CleanableRow).row
        const result = await trx
          .deleteFrom('saga_barrier')
          .where('saga', '=', saga)
          .where('step', '=', step)
          .where('phase', '=', Number(phase))
          .where(
            'lane',
            'in',
            group.map(({ row }) => row.lane),
          )
          .where('at', '<', sql<number>`${databaseClock} - ${olderThanMs}`)
          .executeTakeFirst()
        deleted += Number(result.numDeletedRows)
      }
      return deleted
    })
}

function toPlace({ at, saga, step, phase, lane }: TableRow): string {
  return [at, phase, saga.toString('hex'), step.toString('hex'), lane.toString('hex')].join(':')
}

function fromPlace(place: string): readonly [at: number, saga: Buffer, step: Buffer, phase: number, lane: Buffer] {
  const [at, phase, saga, step, lane] = place.split(':') as [string, string, string, string, string]
  return [Number(at), Buffer.from(saga, 'hex'), Buffer.from(step, 'hex'), Number(phase), Buffer.from(lane, 'hex')]
}
