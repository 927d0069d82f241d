import type { Kysely } from 'kysely'
import type { Gate } from '../gate/types.js'
import type { Database } from '../mysql/database.js'

/** `true` holds, `false` is broken, `null` is unknown: the gate cannot be compared at the moment. */
export type Verdict = boolean | null

/** One statement about a sale, and the figures that were compared. */
export interface Check {
  readonly name: string
  readonly ok: Verdict
  readonly detail: string
}

/** All checks of one reading; broken when one of them is, otherwise unknown when one of them is. */
export interface InvariantReport {
  readonly ok: Verdict
  readonly checks: readonly Check[]
}

/** The purchase runs of one voucher, counted through Temporal, independently of the databases. */
export interface RunCount {
  /** Workflow ids; executions of one id (a reset, a continuation) count once. */
  readonly workflows: number
  /** Workflow ids with an execution that has not closed. */
  readonly openRuns: readonly string[]
  /** Lanes in the inputs of all runs; a lane in two runs counts twice. */
  readonly lanes: number
  /** One entry a lane, like `lanes`. */
  readonly reservationIds: readonly string[]
}

/** A sale to check: its voucher, its stores, and its runs where Temporal was asked. */
export interface SaleToCheck {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'audit' | 'liveHolds'>
  readonly voucherId: number
  readonly runs?: RunCount
}
