import { randomUUID } from 'node:crypto'
import type { Verb } from '../engine/outside/operate.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { mapAtMost } from './at-most.js'
import type { ClientContext } from './context.js'
import type { ListedBy, ListOptions } from './list-filter.js'
import { defaultBy, eachRun } from './list-runs.js'
import { operateRun } from './operate-run.js'

/** What to do with every parked lane. */
export interface DrainOptions extends Pick<ListOptions, 'workflow' | 'by'> {
  readonly verb: Exclude<Verb, 'abort'>
  readonly actor: string
  readonly reason: string
  /** For `resolve` of a step: what the step is taken to have returned. */
  readonly result?: unknown
  /** A drain that was broken off goes on under the same id: what was done is not done again. Made up where it is left out. */
  readonly operationId?: string
  /** Runs at the same time. Default 8. */
  readonly runsAtOnce?: number
  /** Called after each run. */
  readonly onProgress?: (progress: DrainProgress) => void
  /** Breaks the drain off between two runs. */
  readonly signal?: AbortSignal
}

/** How far a drain is. */
export interface DrainProgress {
  /** Parked runs there were when it began. */
  readonly runs: number
  readonly seen: number
  /** Lanes it was carried out on. */
  readonly lanes: number
  readonly declined: number
  readonly failed: number
}

/** What came of a drain. */
export interface Drained {
  readonly operationId: string
  /** How parked runs were found. */
  readonly by: ListedBy
  readonly runs: number
  /** Lanes it was carried out on; what becomes of them from there is their runs' to say. */
  readonly lanes: number
  /** What was not allowed, with the reason: a lane, or a whole run. */
  readonly declined: readonly Declined[]
  /** Runs that are parked for their children only, which were spoken to themselves; and runs that went on or ended meanwhile. */
  readonly passedOver: readonly string[]
  /** Runs that could not be asked: say it again under the same operation id. */
  readonly failed: readonly FailedRun[]
  /** True when `signal` broke it off. */
  readonly brokenOff: boolean
}

/** What a drain was not allowed to do. */
export interface Declined {
  readonly workflowId: string
  /** Absent where none of the run's lanes allowed it. */
  readonly lane?: string
  readonly reason: string
}

/** A run that a drain could not ask. */
export interface FailedRun {
  readonly workflowId: string
  readonly message: string
}

/** Carries an operation out on every parked lane there is. */
export async function drainParked(context: ClientContext, options: DrainOptions): Promise<Drained> {
  const { workflow, by = await defaultBy(context), runsAtOnce = 8, operationId = randomUUID(), signal } = options
  const tally = newTally()
  const parked: string[] = []
  // All of them before the first is touched: a drained run leaves the list.
  for await (const run of eachRun(context, { by, state: 'parked', ...(workflow !== undefined && { workflow }) })) {
    if (run.silent === undefined) parked.push(run.workflowId)
    else tally.failed.push({ workflowId: run.workflowId, message: run.silent })
  }
  await mapAtMost(runsAtOnce, parked, async (workflowId) => {
    if (signal?.aborted) return
    await drainRun(context, { ...options, operationId }, workflowId, tally)
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

const newTally = () => ({
  seen: 0,
  lanes: 0,
  declined: [] as Declined[],
  passedOver: [] as string[],
  failed: [] as FailedRun[],
})

async function drainRun(
  context: ClientContext,
  { verb, actor, reason, operationId, result }: DrainOptions & { readonly operationId: string },
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
