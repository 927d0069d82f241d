import type { GateReading } from './gate-figures.js'
import type { SaleFigures } from './sale-figures.js'
import type { RunCount } from './types.js'

/** The accepted purchases of a sale that were lost, or have neither ended nor await payment. */
export interface LostPurchases {
  readonly count: number
  /** Those that MySQL or a run's input names; fewer than `count` where no server knows the others any more. */
  readonly traceIds: readonly string[]
}

/**
 * Counts the lost purchases by the API's tallies, by the gate's running number and by name; the largest is right, since
 * each can miss some: a killed API its last tallies, a gate that lost its last writes its last numbers.
 */
export function lostPurchases(
  { accepted, purchases, open }: SaleFigures,
  gate: GateReading,
  runs: RunCount | undefined,
): LostPurchases {
  const known = new Set([...purchases.owned, ...purchases.lost, ...purchases.unowned])
  const unowned = (runs?.reservationIds ?? []).filter((id) => !known.has(id))
  const traceIds = [...new Set([...purchases.lost, ...open.processing, ...unowned])]
  const admitted = gate.status === 'read' ? gate.audit.seq : 0
  const count = Math.max(accepted - purchases.ended, admitted - purchases.endedSeqs, traceIds.length)
  return { count, traceIds }
}
