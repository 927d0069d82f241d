import type { Gate, GateAudit } from '../gate/types.js'
import type { SaleToCheck } from './types.js'

/** The gate's figures of one sale. */
export interface GateFigures {
  readonly audit: GateAudit
  readonly recount: Awaited<ReturnType<Gate['recount']>>
  /** `true` when no hold was made or released between the audits before and after the recount. */
  readonly steady: boolean
}

const attempts = 5

/** Audits the gate and recounts its holds, again while it moves under the recount; null when it does not know the sale. */
export async function readGate(sale: SaleToCheck): Promise<GateFigures | null> {
  let before = await sale.gate.audit(sale.voucherId)
  for (let attempt = 1; ; attempt++) {
    const recount = await sale.gate.recount(sale.voucherId)
    const after = await sale.gate.audit(sale.voucherId)
    if (before === null || after === null) return null
    const steady = sameCounters(before, after)
    if (steady || attempt === attempts) return { audit: after, recount, steady }
    before = after
  }
}

/** The number of the last admission; without a gate to ask, every number counts. */
export function lastSeq(gate: GateFigures | null): number {
  return gate?.audit.seq ?? Number.MAX_SAFE_INTEGER
}

/** Every admission moves `seq`; without one, a release can only move the stock up, a change of the total `version`. */
function sameCounters(before: GateAudit, after: GateAudit): boolean {
  const { seq, stock, held, liveHolds, version } = before
  const counters = { seq, stock, held, liveHolds, version }
  return (Object.keys(counters) as (keyof typeof counters)[]).every((name) => counters[name] === after[name])
}
