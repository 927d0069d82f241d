import type { Kysely } from 'kysely'
import type { Verb } from 'saga-core'
import type { Declined, FailedRun, OperateParkedOptions, SagaClient } from 'saga-core/client'
import { type Database, writeAudit } from 'seckill-store/mysql'
import type { SaleWorkflow } from './list-parked.js'

/** A verb for parked lanes. */
export type ParkedVerb = OperateParkedOptions['verb']

/** An operator's verb with its reason; sent again under its `operationId`, it changes nothing. */
export interface LaneOperation<TVerb extends Verb = Verb> {
  readonly verb: TVerb
  readonly actor: string
  readonly reason: string
  readonly operationId: string
}

/** The result of an operation. */
export interface OperatedLanes extends LaneOperation {
  /** The number of lanes that carried it out; they may park again afterwards. */
  readonly lanes: number
  /** Lanes, or whole runs, whose state does not allow the verb. */
  readonly declined: readonly Declined[]
  /** Runs that did not answer. */
  readonly failed: readonly FailedRun[]
}

/** The runs, and the database that has the audit. */
export interface Operating {
  readonly sagas: SagaClient
  readonly db: Kysely<Database>
}

/**
 * Sends an operation to the named lanes of a run, or to all its parked lanes when none is named. The audit has it before the run does.
 *
 * @throws SagaError SAGA_OPERATION_REFUSED when no lane allows the verb, SAGA_NOTHING_PARKED, SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
 */
export async function operateRun(
  { sagas, db }: Operating,
  { workflowId, lanes }: { readonly workflowId: string; readonly lanes: readonly string[] },
  operation: LaneOperation,
): Promise<OperatedLanes> {
  await auditOperation(db, `run:${workflowId}`, operation, lanes)
  const operated = await sagas.run(workflowId).operate({ ...operation, ...(lanes.length > 0 && { lanes }) })
  const declined = Object.entries(operated.declined).map(([lane, reason]) => ({ workflowId, lane, reason }))
  return { ...operation, lanes: operated.lanes.length, declined, failed: [] }
}

/** Sends an operation to every parked lane of every run of a workflow. The audit has it before the runs do. */
export async function operateAll(
  { sagas, db }: Operating,
  workflow: SaleWorkflow,
  operation: LaneOperation<ParkedVerb>,
): Promise<OperatedLanes> {
  await auditOperation(db, `runs:${workflow}`, operation, [])
  const { lanes, declined, failed } = await sagas.operateParked({ ...operation, workflow })
  return { ...operation, lanes, declined, failed }
}

function auditOperation(
  db: Operating['db'],
  subject: string,
  { verb, actor, reason, operationId }: LaneOperation,
  lanes: readonly string[],
): Promise<void> {
  const after = { operationId, ...(lanes.length > 0 && { lanes }) }
  return writeAudit(db, { actor, action: `lanes.${verb}`, subject, reason, after })
}
