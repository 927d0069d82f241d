import type { Hold } from '../gate/types.js'
import type { ReservationRow } from './reservation-rows.js'
import type { RunCount } from './types.js'

/** A reservation as MySQL, the gate and Temporal have it. */
export interface AccountedReservation extends ReservationRow {
  /** Units of its live hold; `null` where the gate was not read. */
  readonly held: number | null
  /** Lanes in the inputs of runs that carry it. */
  readonly lanes: number
}

/** Joins MySQL's rows with the live holds, `null` where the gate was not read, and the lanes of runs. */
export function accountedReservations(
  rows: readonly ReservationRow[],
  live: ReadonlyMap<string, Hold> | null,
  runs: RunCount,
): readonly AccountedReservation[] {
  const lanes = new Map<string, number>()
  for (const id of runs.reservationIds) lanes.set(id, (lanes.get(id) ?? 0) + 1)
  return rows.map((row) => ({
    ...row,
    held: live === null ? null : (live.get(row.traceId)?.quantity ?? 0),
    lanes: lanes.get(row.traceId) ?? 0,
  }))
}
