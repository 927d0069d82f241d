import { ApplicationFailure } from '@temporalio/common'
import { createSagaClient } from 'saga-core/client'
import type { PaymentProvider } from 'seckill-payment'
import type { Gate } from 'seckill-store/gate'
import { unsettledCampaigns } from 'seckill-store/recovery'
import type { Area, Difference, Reading, ReconcileReport } from '../../contract/reconciliation.js'
import { compareHolds, type SaleLedgers } from './compare-holds.js'
import { compareInvariants } from './compare-invariants.js'
import { comparePayments } from './compare-payments.js'
import { compareRuns } from './compare-runs.js'
import { readPayments } from './read-payments.js'
import type { ReconcileActivities } from './reconcile-activities.js'
import { repairPayments } from './repair-payments.js'
import { repairSale } from './repair-sale.js'

/** The ledgers that are compared. */
export interface ReconcileDependencies extends Pick<SaleLedgers, 'db' | 'redis' | 'temporal' | 'servicesApart'> {
  readonly gate: Gate
  readonly provider: Pick<PaymentProvider, 'name' | 'list'>
  /** Gets each report before its workflow ends. */
  readonly onReport: (report: ReconcileReport) => void
}

/** Differences that a reading names; a workflow's payloads are bounded. */
const mostDifferences = 500

/** Makes the activities of reconciliations. */
export function createReconcileActivities(dependencies: ReconcileDependencies): ReconcileActivities {
  const { db, gate, temporal, onReport } = dependencies
  const sagas = createSagaClient(temporal)
  const compare = async (area: Area, lookbackMs: number): Promise<readonly Difference[]> => {
    if (area === 'payments') return comparePayments(await readPayments(dependencies, lookbackMs))
    await requireOpen(gate, area)
    const holds = await compareHolds(dependencies, area)
    const runs = await compareRuns(dependencies, area)
    return [...holds, ...runs, ...(await compareInvariants(dependencies, area))]
  }
  return {
    listAreas: async () => [...(await unsettledCampaigns(db)), 'payments'],
    compareArea: async (area, { lookbackMs }) => readingOf(await compare(area, lookbackMs)),
    repairArea: async (area, differences, { actor }) =>
      area === 'payments'
        ? repairPayments({ db, sagas }, actor, differences)
        : repairSale(dependencies, { voucherId: area, actor }, differences),
    tellReport: async (report) => onReport(report),
  }
}

/** The same ones first in each reading, so that two readings name the same. */
function readingOf(differences: readonly Difference[]): Reading {
  const sorted = differences.toSorted((a, b) => (`${a.kind} ${a.subject}` < `${b.kind} ${b.subject}` ? -1 : 1))
  return { differences: sorted.slice(0, mostDifferences), left: Math.max(sorted.length - mostDifferences, 0) }
}

/** @throws ApplicationFailure that is not retried: a gate that is not open tells nothing about its holds */
async function requireOpen(gate: Pick<Gate, 'audit'>, voucherId: number): Promise<void> {
  const audit = await gate.audit(voucherId)
  if (audit !== null && audit.state !== 'RECOVERING') return
  const problem = audit === null ? 'the gate does not know the campaign' : 'the gate is recovering'
  throw ApplicationFailure.nonRetryable(problem, 'GATE_NOT_OPEN')
}
