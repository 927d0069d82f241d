import type { GateAudit, Hold } from '../gate/types.js'
import type { CampaignState } from '../mysql/database.js'
import type { Check, SaleToCheck } from './types.js'

/** The gate's figures of one sale, which can be compared. */
export interface GateFigures {
  readonly status: 'read'
  readonly audit: GateAudit
  /** The holds themselves. */
  readonly live: ReadonlyMap<string, Hold>
  /** `true` when no hold was made or released between the audits before and after the holds were read. */
  readonly steady: boolean
}

/**
 * A reading of the gate. `recovering`: its counters are not those of the sale. `forgotten`: Redis lost a sale that it
 * serves. `unserved`: a draft is not in the gate yet, a settled sale is not kept up there any more.
 */
export type GateReading = GateFigures | { readonly status: 'recovering' | 'forgotten' | 'unserved' }

const attempts = 5
const unserved: readonly CampaignState[] = ['DRAFT', 'SETTLED']

/** Audits the gate and reads its holds, again while it moves meanwhile. */
export async function readGate(sale: SaleToCheck, state: CampaignState): Promise<GateReading> {
  if (unserved.includes(state)) return { status: 'unserved' }
  let before = await sale.gate.audit(sale.voucherId)
  for (let attempt = 1; ; attempt++) {
    const live = await sale.gate.liveHolds(sale.voucherId)
    const after = await sale.gate.audit(sale.voucherId)
    if (before === null || after === null) return { status: 'forgotten' }
    if (after.state === 'RECOVERING') return { status: 'recovering' }
    const steady = sameCounters(before, after)
    if (steady || attempt === attempts) return { status: 'read', audit: after, live, steady }
    before = after
  }
}

/** The number of the last admission; without a gate to ask, every number counts. */
export function lastSeq(gate: GateReading): number {
  return gate.status === 'read' ? gate.audit.seq : Number.MAX_SAFE_INTEGER
}

const reasons = {
  recovering: 'the gate is recovering',
  forgotten: 'the gate does not know the campaign',
} as const satisfies Partial<Record<GateReading['status'], string>>

/** A check that compares the gate: unknown while the gate cannot be read, left out where the gate serves no such sale. */
export function gateCheck(
  name: string,
  gate: GateReading,
  compare: (figures: GateFigures) => Omit<Check, 'name'>,
): readonly Check[] {
  switch (gate.status) {
    case 'read':
      return [{ name, ...compare(gate) }]
    case 'unserved':
      return []
    case 'recovering':
    case 'forgotten':
      return [{ name, ok: null, detail: `unknown: ${reasons[gate.status]}` }]
  }
}

/** Every admission moves `seq`; without one, a release can only move the stock up, a change of the total `version`. */
function sameCounters(before: GateAudit, after: GateAudit): boolean {
  const { seq, stock, held, liveHolds, version } = before
  const counters = { seq, stock, held, liveHolds, version }
  return (Object.keys(counters) as (keyof typeof counters)[]).every((name) => counters[name] === after[name])
}
