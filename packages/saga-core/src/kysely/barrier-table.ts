import { type QueryExecutorProvider, sql } from 'kysely'

/** The barrier's table, one per database; keys are binary and of fixed widths (saga 32, step 64, lane 96 bytes). */
export interface SagaBarrierTable {
  saga: Buffer
  step: Buffer
  /** 0 an action, 1 a compensation. */
  phase: number
  lane: Buffer
  /** 1 applied, 2 fenced, 3 refused. */
  state: number
  /** Random, one per attempt: the row's own attempt recognises it as fresh. */
  token: Buffer
  /** JSON: a stored result or refusal. */
  result: Buffer | null
  /** Epoch milliseconds, by the database. */
  at: number
}

/** The database a barrier needs. */
export interface BarrierDatabase {
  saga_barrier: SagaBarrierTable
}

/** States of a barrier row. */
export const RowState = { Applied: 1, Fenced: 2, Refused: 3 } as const

/** Epoch milliseconds by the database's clock. */
export const databaseClock = sql<number>`CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)`

/**
 * Creates the barrier's table (MySQL 8, MariaDB 10.6 and later); for migrations. With `ifNotExists` one that is there stays as it is:
 * `checkBarrierTable` says whether it is the right one.
 */
export async function createBarrierTable(
  db: QueryExecutorProvider,
  { ifNotExists = false }: { readonly ifNotExists?: boolean } = {},
): Promise<void> {
  await sql`CREATE TABLE ${ifNotExists ? sql`IF NOT EXISTS` : sql``} saga_barrier (
    saga VARBINARY(32) NOT NULL,
    step VARBINARY(64) NOT NULL,
    phase TINYINT NOT NULL,
    lane VARBINARY(96) NOT NULL,
    state TINYINT NOT NULL,
    token BINARY(16) NOT NULL,
    result VARBINARY(4000) NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (saga, step, phase, lane),
    KEY saga_barrier_at (at)
  ) ENGINE=InnoDB`.execute(db)
}
