import { type QueryExecutorProvider, sql } from 'kysely'

/** The barrier's table, one per database; its keys are binary (saga up to 32 bytes, step 64, lane 96). */
export interface SagaBarrierTable {
  saga: Buffer
  step: Buffer
  /** 0 for an action, 1 for a compensation. */
  phase: number
  lane: Buffer
  /** 1 for applied, 2 for fenced, 3 for refused, 4 for torn: part of the work was committed without the rest. */
  state: number
  /** Random bytes of one attempt, by which it recognises the rows that it inserted. */
  token: Buffer
  /** A stored result or refusal as JSON. */
  result: Buffer | null
  /** The time of insertion in epoch milliseconds, by the database's clock. */
  at: number
}

/** A Kysely database with the barrier's table. */
export interface BarrierDatabase {
  saga_barrier: SagaBarrierTable
}

/** States of a barrier row. */
export const rowState = { applied: 1, fenced: 2, refused: 3, torn: 4 } as const

/** Epoch milliseconds by the database's clock. */
export const databaseClock = sql<number>`CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)`

/**
 * Creates the barrier's table (MySQL 8, MariaDB 10.6 and later); for migrations. With `ifNotExists` an existing table stays as it is,
 * and `checkBarrierTable` checks its shape.
 *
 * @throws driver errors, of an existing table too unless `ifNotExists`.
 * @example
 * export const up = (db: Kysely<unknown>) => createBarrierTable(db)
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
