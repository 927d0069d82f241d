import { randomUUID } from 'node:crypto'
import type { Verb } from '../engine/outside/operation.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { mapAtMost } from './at-most.js'
import type { ClientContext } from './context.js'
import type { ListedBy, ListOptions } from './list-filter.js'
import { defaultBy, eachRun } from './list-runs.js'
import { operateRun } from './operate-run.js'

/** An operation for every parked lane of every parked run. */
export interface OperateParkedOptions extends Pick<ListOptions, 'workflow' | 'by'> {
  readonly verb: Exclude<Verb, 'abort'>
  readonly actor: string
  readonly reason: string
  /** For `resolve` of a step: the result that the step is taken to have returned. */
  readonly result?: unknown
  /** Makes the operation idempotent: sent again under the same id, it skips the runs that have carried it out. Default: a new UUID. */
  readonly operationId?: string
  /** Runs that are sent the operation at the same time. Default 8. */
  readonly runsAtOnce?: number
  /** Called after each run. */
  readonly onProgress?: (progress: OperateParkedProgress) => void
  /** Stops before the next run; the runs left are not touched. */
  readonly signal?: AbortSignal
}

/** The progress of `operateParked`, in counts. */
export interface OperateParkedProgress {
  /** Parked runs when it began. */
  readonly runs: number
  /** Runs that have answered or failed. */
  readonly seen: number
  /** Lanes that carried the operation out. */
  readonly lanes: number
  readonly declined: number
  readonly failed: number
}

/** The result of `operateParked`. */
export interface OperateParkedResult {
  readonly operationId: string
  /** The source of the runs' states. */
  readonly by: ListedBy
  readonly runs: number
  /** Lanes that carried the operation out; they may park again afterwards. */
  readonly lanes: number
  /** Lanes, or whole runs, whose state does not allow the verb, with the reason. */
  readonly declined: readonly Declined[]
  /** Workflow ids of runs that are parked only for their children (which get the operation themselves), and of runs that went on or ended meanwhile. */
  readonly passedOver: readonly string[]
  /** Runs that did not answer; send the operation again under the same `operationId`. */
  readonly failed: readonly FailedRun[]
  /** `true` when `signal` stopped it before the last run. */
  readonly brokenOff: boolean
}

/** A lane, or a run, whose state does not allow the verb. */
export interface Declined {
  readonly workflowId: string
  /** Absent when none of the run's lanes allows the verb. */
  readonly lane?: string
  readonly reason: string
}

/** A run that did not answer. */
export interface FailedRun {
  readonly workflowId: string
  readonly message: string
}

/** Sends one operation to every parked run, and reports the lanes that carried it out. */
export async function operateParked(
  context: ClientContext,
  options: OperateParkedOptions,
): Promise<OperateParkedResult> {
  const { workflow, by = await defaultBy(context), runsAtOnce = 8, operationId = randomUUID(), signal } = options
  const tally = newTally()
  const parked: string[] = []
  // The list is complete before the first operation is sent: a run that goes on leaves the list.
  for await (const run of eachRun(context, { by, state: 'parked', ...(workflow !== undefined && { workflow }) })) {
    if (run.silent === undefined) parked.push(run.workflowId)
    else tally.failed.push({ workflowId: run.workflowId, message: run.silent })
  }
  await mapAtMost(runsAtOnce, parked, async (workflowId) => {
    if (signal?.aborted) return
    await operateParkedRun(context, { ...options, operationId }, workflowId, tally)
    options.onProgress?.({
      runs: parked.length,
      seen: tally.seen,
      lanes: tally.lanes,
      declined: tally.declined.length,
      failed: tally.failed.length,
    })
  })
  const { seen, ...counted } = tally
  return { operationId, by, runs: parked.length, ...counted, brokenOff: seen < parked.length }
}

function newTally() {
  return {
    seen: 0,
    lanes: 0,
    declined: [] as Declined[],
    passedOver: [] as string[],
    failed: [] as FailedRun[],
  }
}

async function operateParkedRun(
  context: ClientContext,
  { verb, actor, reason, operationId, result }: OperateParkedOptions & { readonly operationId: string },
  workflowId: string,
  tally: ReturnType<typeof newTally>,
): Promise<void> {
  const operation = { verb, actor, reason, operationId, ...(result !== undefined && { result }) }
  try {
    const { lanes, declined } = await operateRun(context, workflowId, operation)
    tally.lanes += lanes.length
    for (const [lane, why] of Object.entries(declined)) tally.declined.push({ workflowId, lane, reason: why })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = SagaError.is(error) ? error.code : undefined
    const isOver = code === SagaErrorCode.NothingParked || code === SagaErrorCode.RunNotOpen
    if (isOver) tally.passedOver.push(workflowId)
    else if (code === SagaErrorCode.OperationRefused) tally.declined.push({ workflowId, reason: message })
    else tally.failed.push({ workflowId, message })
  } finally {
    tally.seen += 1
  }
}
