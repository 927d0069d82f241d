import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionStatusName,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client'
import { type Refund, type RefundRun, refundRunPrefix, refundTaskQueue, refundWorkflow } from 'seckill-workflows'
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
export function createRefundRuns(client: Client, deadlineMs: number): RefundRuns {
  return {
    async start(refund) {
      const call = () => client.workflow.start<RefundRun>(refundWorkflow, optionsOf(refund))
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

function optionsOf(refund: Refund) {
  const { refundId, orderId, voucherId, kind } = refund
  return {
    taskQueue: refundTaskQueue,
    workflowId: `${refundRunPrefix}${refundId}`,
    args: [refund] as [Refund],
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowTaskTimeout: '2s' as const,
    memo: { voucherId },
    staticSummary: kind === 'LATE' ? `order ${orderId}, paid after it had closed` : `order ${orderId}`,
  }
}
