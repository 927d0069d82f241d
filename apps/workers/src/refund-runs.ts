import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionStatusName,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client'
import {
  type Refund,
  type RefundRun,
  refundPlacement,
  refundRunPrefix,
  refundTaskQueue,
  refundWorkflow,
  type StepService,
} from 'seckill-workflows'
import { runStatus } from 'seckill-workflows/client'

/** The runs of refunds at Temporal; a refund has one workflow id. */
export interface RefundRuns {
  /** Starts the run of a refund. Where it is open, or has completed, nothing happens. */
  start(refund: Refund): Promise<void>
  /** Reports whether the run of a refund was ended from outside. */
  wasEnded(refund: Refund): Promise<boolean>
}

/** A run completes when its refund has ended, or an operator has abandoned it; these were ended otherwise. */
const endedFromOutside: readonly (WorkflowExecutionStatusName | undefined)[] = [
  'TERMINATED',
  'CANCELLED',
  'TIMED_OUT',
  'FAILED',
]

/** Creates the runs; a call that has no answer after `deadlineMs` is rejected. */
export function createRefundRuns(client: Client, deadlineMs: number, apart: readonly StepService[] = []): RefundRuns {
  return {
    async start(refund) {
      const call = () => client.workflow.start<RefundRun>(refundWorkflow, optionsOf(refund, apart))
      await client.withDeadline(Date.now() + deadlineMs, call).catch((error: unknown) => {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      })
    },
    async wasEnded({ refundId }) {
      const read = () => runStatus(client, `${refundRunPrefix}${refundId}`)
      return endedFromOutside.includes(await client.withDeadline(Date.now() + deadlineMs, read))
    },
  }
}

function optionsOf(refund: Refund, apart: readonly StepService[]) {
  const { refundId, orderId, voucherId, kind } = refund
  const placed = apart.length === 0 ? [] : [{ placement: refundPlacement(apart) }]
  return {
    taskQueue: refundTaskQueue,
    workflowId: `${refundRunPrefix}${refundId}`,
    args: [refund, ...placed] as Parameters<RefundRun>,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowTaskTimeout: '2s' as const,
    memo: { voucherId },
    staticSummary: kind === 'LATE' ? `order ${orderId}, paid after it had closed` : `order ${orderId}`,
  }
}
