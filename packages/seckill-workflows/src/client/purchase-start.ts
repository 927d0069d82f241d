import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client'
import { toColumns } from 'saga-core'
import { purchaseTaskQueue, purchaseWorkflow } from '../contract/names.js'
import type { Purchase } from '../contract/purchase.js'
import type { PurchaseRun } from '../contract/run.js'
import { purchasePlacement, type StepService } from '../contract/services.js'

/** The lanes of one run, by its workflow id. */
export interface RunToStart {
  readonly voucherId: number
  readonly runId: string
  readonly lanes: readonly Purchase[]
}

/**
 * Starts a purchase run, whose steps of the services that run apart are placed there; where one of its id is open, nothing happens.
 *
 * @throws WorkflowExecutionAlreadyStartedError when there was one with its id
 */
export async function startPurchaseRun(
  client: Client,
  run: RunToStart,
  apart: readonly StepService[] = [],
): Promise<void> {
  const options = optionsOf(run, apart, WorkflowIdReusePolicy.REJECT_DUPLICATE)
  await client.workflow.start<PurchaseRun>(purchaseWorkflow, options)
}

/**
 * Starts a purchase run again that was ended from outside, with these of its lanes; where it is open, nothing happens.
 *
 * @throws WorkflowExecutionAlreadyStartedError when it has completed
 */
export async function restartPurchaseRun(
  client: Client,
  run: RunToStart,
  apart: readonly StepService[] = [],
): Promise<void> {
  const options = optionsOf(run, apart, WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY)
  await client.workflow.start<PurchaseRun>(purchaseWorkflow, options)
}

function optionsOf(
  { voucherId, runId, lanes }: RunToStart,
  apart: readonly StepService[],
  workflowIdReusePolicy: WorkflowIdReusePolicy,
) {
  const placed = apart.length === 0 ? [] : [{ placement: purchasePlacement(apart) }]
  return {
    taskQueue: purchaseTaskQueue,
    workflowId: runId,
    args: [toColumns(lanes), ...placed] as Parameters<PurchaseRun>,
    workflowIdReusePolicy,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowTaskTimeout: '2s' as const,
    memo: { voucherId, lanes: lanes.length },
    staticSummary: `voucher ${voucherId}, ${lanes.length} purchase${lanes.length === 1 ? '' : 's'}`,
  }
}
