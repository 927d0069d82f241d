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

const INVALID_ARGUMENT = 3
/** How long a run is waited for: longer than one of its size takes on a busy machine, and not much, since its worker may be gone. */
function longestWaitMs(lanes: number): number {
  return 300 + lanes
}

/** A taken run: this id with exactly these lanes, however often it is started. */
export interface TakenRun {
  readonly voucherId: number
  readonly runId: string
  readonly lanes: readonly AdmittedLane[]
}

/**
 * What is known after a start: Temporal has the run (`started`, `already-started`), will never take it (`refused`), or
 * nobody knows (`unknown`), which is no failure.
 */
export type StartOutcome =
  | { readonly status: 'started' | 'already-started' }
  | { readonly status: 'refused' | 'unknown'; readonly error: unknown }

/** Starts purchase runs at Temporal. */
export interface RunStarter {
  start(run: TakenRun): Promise<StartOutcome>
  /** Resolves when the run has ended, with any result, or cannot be waited for any longer; never rejects. */
  ended(runId: string, lanes: number, signal: AbortSignal): Promise<void>
}

function refusedForGood(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return isGrpcServiceError(cause) && Number(cause.code) === INVALID_ARGUMENT
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

/** A starter whose start calls end after `deadlineMs`, in doubt when nothing was heard. */
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
    async ended(runId, lanes, signal) {
      if (signal.aborted) return
      const wait = () => client.workflow.getHandle(runId).result()
      await untilEnough(signal, longestWaitMs(lanes), (enough) =>
        // Only that it ended matters: its outcome is in MySQL, and a failed wait costs nothing but batching.
        client.withAbortSignal(enough, wait).then(
          () => undefined,
          () => undefined,
        ),
      )
    },
  }
}

/**
 * Waits for work until it is done, takes too long or `signal` aborts; work is told by a signal of its own, since Temporal's client never
 * takes its listener off one again. A deadline will not do: of one that is near, Temporal answers a poll at once with nothing, and its
 * client asks again, hundreds of times a second.
 */
async function untilEnough(
  signal: AbortSignal,
  longestMs: number,
  work: (enough: AbortSignal) => Promise<void>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const own = new AbortController()
  const abort = (): void => {
    own.abort()
    resolve()
  }
  const limit = setTimeout(abort, longestMs)
  signal.addEventListener('abort', abort)
  await Promise.race([work(own.signal), promise])
  clearTimeout(limit)
  signal.removeEventListener('abort', abort)
}
