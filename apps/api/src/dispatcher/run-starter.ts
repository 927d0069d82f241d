import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client'
import { toColumns } from 'saga-core'
import type { AdmittedLane } from 'seckill-store/gate'
import { purchaseTaskQueue, purchaseWorkflow } from 'seckill-workflows'

const invalidArgument = 3

/** A run taken from the gate; its id always has exactly these lanes, so that a second start is the same run. */
export interface TakenRun {
  readonly voucherId: number
  readonly runId: string
  readonly lanes: readonly AdmittedLane[]
}

/**
 * The outcome of a start: Temporal has the run (`started`, `already-started`), rejects it for good (`refused`), or may
 * have it (`unknown`). An unknown start is not a failure.
 */
type StartOutcome =
  | { readonly status: 'started' | 'already-started' }
  | { readonly status: 'refused' | 'unknown'; readonly error: unknown }

/** Starts purchase runs at Temporal. */
export interface RunStarter {
  start(run: TakenRun): Promise<StartOutcome>
}

function refusedForGood(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return isGrpcServiceError(cause) && Number(cause.code) === invalidArgument
}

function optionsOf({ voucherId, runId, lanes }: TakenRun) {
  return {
    taskQueue: purchaseTaskQueue,
    workflowId: runId,
    args: [toColumns(lanes)],
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowTaskTimeout: '2s' as const,
    memo: { voucherId, lanes: lanes.length },
    staticSummary: `voucher ${voucherId}, ${lanes.length} purchase${lanes.length === 1 ? '' : 's'}`,
  }
}

/** Creates a starter whose start calls have a deadline; a start without an answer is `unknown`. */
export function createRunStarter(client: Client, deadlineMs: number): RunStarter {
  return {
    async start(run) {
      try {
        await client.withDeadline(Date.now() + deadlineMs, () =>
          client.workflow.start(purchaseWorkflow, optionsOf(run)),
        )
        return { status: 'started' }
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return { status: 'already-started' }
        return { status: refusedForGood(error) ? 'refused' : 'unknown', error }
      }
    },
  }
}
