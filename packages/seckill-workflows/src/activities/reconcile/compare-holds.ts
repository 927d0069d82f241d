import type { Client } from '@temporalio/client'
import type { Gate, Hold } from 'seckill-store/gate'
import type { OwnedLane } from 'seckill-store/recovery'
import { type ComparedStores, readHoldDifferences } from 'seckill-store/recovery'
import { runStatus } from '../../client/run-status.js'
import type { Difference } from '../../contract/reconciliation.js'
import type { StepService } from '../../contract/services.js'

/** The stores and runs of a sale. */
export interface SaleLedgers extends ComparedStores {
  readonly gate: Pick<Gate, 'liveHolds' | 'audit' | 'requeue' | 'secure' | 'release'>
  readonly temporal: Client
  /** The services that run apart; a run that is started again knows them. */
  readonly servicesApart?: readonly StepService[]
}

/** Compares the holds of an open gate with the purchases of MySQL. */
export async function compareHolds(ledgers: SaleLedgers, voucherId: number): Promise<readonly Difference[]> {
  const { orphaned, unheld, unreleased, released } = await readHoldDifferences(ledgers, voucherId)
  return [
    ...(await withoutRun(ledgers.temporal, orphaned)).map(orphanedHold),
    ...unheld.map((lane) => ({ ...ofLane(lane), kind: 'missing-hold' as const, harm: 'oversell' as const })),
    ...unreleased.map((lane) => ({ ...ofLane(lane), kind: 'unreleased-hold' as const, harm: 'leak' as const })),
    ...released.map((lane) => ({ ...ofLane(lane), kind: 'released-hold' as const, harm: 'oversell' as const })),
  ]
}

/** The holds whose run is not open: a run that has just been started owns its lanes a moment later. */
async function withoutRun(temporal: Client, holds: readonly Hold[]): Promise<readonly Hold[]> {
  const found: Hold[] = []
  for (const [runId, group] of Map.groupBy(holds, (hold) => hold.runId)) {
    if (runId === null || (await runStatus(temporal, runId)) !== 'RUNNING') found.push(...group)
  }
  return found
}

function orphanedHold(hold: Hold): Difference {
  const { reservationId, userId, quantity, state, runId, admittedAt } = hold
  const at = new Date(admittedAt).toISOString()
  return {
    kind: 'orphaned-hold',
    harm: 'leak',
    subject: reservationId,
    evidence: runId ?? '',
    detail: `${quantity} units of user ${userId}, ${state}${runId === null ? '' : ` to ${runId}`}, admitted ${at}`,
  }
}

function ofLane({ reservationId, userId, units, state, owner }: OwnedLane) {
  return { subject: reservationId, evidence: state, detail: `${units} units of user ${userId}, ${state}, run ${owner}` }
}
