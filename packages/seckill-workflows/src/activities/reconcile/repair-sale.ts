import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { writeAudit } from 'seckill-store/mysql'
import { mendHolds, openLanes, purchasesOf } from 'seckill-store/recovery'
import { restartPurchaseRun } from '../../client/purchase-start.js'
import type { Difference, DifferenceKind, Repair } from '../../contract/reconciliation.js'
import { auditOf } from './audit-of.js'
import type { SaleLedgers } from './compare-holds.js'
import { repairEach } from './repair-each.js'

/** The sale to repair, and the operator who asked for it, or the Schedule. */
export interface SaleRepair {
  readonly voucherId: number
  readonly actor: string
}

type RepairOne = (ledgers: SaleLedgers, sale: SaleRepair, difference: Difference) => Promise<boolean>

/** Each repair is a script of the gate, or a start at Temporal, that changes nothing where the difference has gone. */
const repairsOf: Partial<Record<DifferenceKind, RepairOne>> = {
  'orphaned-hold': async ({ gate }, { voucherId }, { subject, evidence }) => {
    const hold = { reservationId: subject, runId: evidence === '' ? null : evidence }
    return (await gate.requeue(voucherId, [hold])).length > 0
  },
  'missing-hold': mend,
  'unreleased-hold': mend,
  'ended-run': restart,
}

/** Repairs differences of a sale one by one, and logs each of them. */
export function repairSale(
  ledgers: SaleLedgers,
  sale: SaleRepair,
  differences: readonly Difference[],
): Promise<readonly Repair[]> {
  return repairEach(differences, async (difference) => {
    const isChanged = (await repairsOf[difference.kind]?.(ledgers, sale, difference)) === true
    if (isChanged) await logRepair(ledgers, sale, difference)
    return { outcome: isChanged ? 'repaired' : 'unchanged', detail: difference.detail }
  })
}

/** By the purchase as it is now, as the sweep does it. */
async function mend({ db, gate }: SaleLedgers, { voucherId }: SaleRepair, { subject }: Difference): Promise<boolean> {
  return (await mendHolds(gate, voucherId, await purchasesOf(db, voucherId, [subject]))) > 0
}

/** The run owns its lanes still: the same workflow id goes on with those that have not ended, behind their barrier. */
async function restart(
  { db, temporal, servicesApart }: SaleLedgers,
  { voucherId }: SaleRepair,
  { subject: runId }: Difference,
): Promise<boolean> {
  const lanes = await openLanes(db, voucherId, runId)
  if (lanes.length === 0) return false
  try {
    await restartPurchaseRun(temporal, { voucherId, runId, lanes }, servicesApart)
    return true
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false
    throw error
  }
}

async function logRepair({ db }: SaleLedgers, { voucherId, actor }: SaleRepair, difference: Difference) {
  await writeAudit(db, { ...auditOf(difference, actor), after: { voucherId } })
}
