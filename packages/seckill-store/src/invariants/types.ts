import type { Kysely } from 'kysely'
import type { Gate } from '../gate/types.js'
import type { Database } from '../mysql/database.js'

/** One statement about a sale, and the figures that were compared. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/** All checks of one reading; `ok` when every one of them is. */
export interface InvariantReport {
  readonly ok: boolean
  readonly checks: readonly Check[]
}

/** What was counted through Temporal, independently of the databases. */
export interface RunCount {
  readonly workflows: number
  /** Runs that have not ended. */
  readonly open: number
  /** Lanes in the inputs of all runs; a lane in two runs counts twice. */
  readonly lanes: number
  readonly reservationIds: readonly string[]
}

/** Which sale to check, and where it is kept. */
export interface SaleToCheck {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'audit' | 'recount' | 'hold'>
  readonly voucherId: number
  readonly runs?: RunCount
}
