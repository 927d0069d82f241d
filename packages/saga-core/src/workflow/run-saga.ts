import {
  ApplicationFailure,
  allHandlersFinished,
  ContinueAsNew,
  condition,
  continueAsNew,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow'
import type { SagaDefinition } from '../definition/definition.js'
import { type Batch, createBatch } from '../engine/batch.js'
import { type CarriedRun, isCarried } from '../engine/carry.js'
import type { RunOptions } from '../engine/start.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { type Columns, fromColumns } from '../wire/columns.js'
import type { LaneEnd, Outcome, SagaReport } from '../wire/outcome.js'
import { runClosing, toRunMemo } from '../wire/run-memo.js'
import { fitReport, jsonBytes, sizeLimits } from '../wire/size-limits.js'
import { followRun } from './follow-run.js'
import {
  sagaChildSignal,
  sagaEarlyReturnUpdate,
  sagaLaneQuery,
  sagaMessageSignal,
  sagaOperateUpdate,
  sagaStateQuery,
} from './messages.js'
import { Shield } from './scopes.js'
import { endWith, type TemporalRuntime, takeOverCancellation, temporalRuntime } from './temporal-runtime.js'

/** The outcome of one saga, with its results when it completed. */
export type SagaOutcome<TResults> =
  | { readonly outcome: 'completed'; readonly results: TResults; readonly partly?: readonly string[] }
  | (LaneEnd & { readonly outcome: Exclude<Outcome, 'completed'> })

/** Options of a run in a workflow. */
export interface WorkflowRunOptions extends RunOptions {
  /** Outcomes of a lane that fail the workflow, with an ApplicationFailure of type `SagaOutcome`, instead of completing it. */
  readonly throwOn?: readonly Exclude<Outcome, 'completed'>[]
  /** Makes the workflow's arguments when it continues as new. Default: the carried run as its only argument. */
  readonly continueWith?: (carried: CarriedRun) => readonly unknown[]
}

/**
 * Runs a saga for many lanes in this workflow, one lane for each input; a set-wise activity gets all of them in one call. The run
 * completes with its report, also when lanes rolled back; a parked lane keeps it open. Call it once in a workflow, with the workflow's
 * own argument: a run with a long history continues as new with its carried lanes as that argument. A workflow with other arguments
 * gives `continueWith`.
 *
 * @throws CancelledFailure after the compensations, when the run was cancelled and a lane rolled back for that.
 * @throws ApplicationFailure of type SagaOutcome, when `throwOn` has the outcome of a lane; of type SAGA_NO_LANES without a lane, of type
 * SAGA_DUPLICATE_KEY when two lanes have one key.
 * @example
 * export const purchase = (lanes: Columns<Purchase>) => runSagaBatch(purchaseSaga, lanes)
 */
export function runSagaBatch<TInput>(
  definition: SagaDefinition<TInput>,
  lanes: Columns<TInput> | readonly TInput[] | CarriedRun,
  options?: WorkflowRunOptions,
): Promise<SagaReport> {
  return runLanes(definition as SagaDefinition, toInputs(lanes), options, ({ report }) => report)
}

/**
 * Runs a saga for one input: a batch of one lane. Call it once in a workflow, with the workflow's own argument or with `continueWith`.
 *
 * @throws CancelledFailure after the compensations, when the run was cancelled and the lane rolled back for that.
 * @throws ApplicationFailure of type SagaOutcome, when `throwOn` has the outcome; of type SAGA_RESULT_TOO_LARGE, when it completed with
 * results over 1 MiB.
 * @example
 * export const trip = (request: Trip) => runSaga(tripSaga, request)
 */
export function runSaga<TInput, TResults>(
  definition: SagaDefinition<TInput, TResults>,
  input: TInput | CarriedRun,
  options?: WorkflowRunOptions,
): Promise<SagaOutcome<TResults>> {
  const inputs = isCarried(input) ? input : [input]
  // The engine handles every saga as data; types end here.
  const toOutcome = ({ report, results }: EndedRun): SagaOutcome<TResults> => {
    const [end] = report.except
    if (end && end.outcome !== 'completed') return end as SagaOutcome<TResults>
    checkResults(definition.name, results)
    return { outcome: 'completed', results: results as TResults, ...(end?.partly && { partly: end.partly }) }
  }
  return runLanes(definition as unknown as SagaDefinition, inputs, options, toOutcome)
}

/**
 * Runs the lanes in a scope that no cancellation reaches: the engine learns of one from its runtime, and its calls, timers and waits go
 * on. Promises are chained, not awaited, so that there are fewer of them.
 */
function runLanes<T>(
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  options: WorkflowRunOptions | undefined,
  answer: (ended: EndedRun) => T,
): Promise<T> {
  const runtime = temporalRuntime()
  const leave = (error: unknown) => throwOut(runtime, error)
  try {
    if (isCarried(inputs) && inputs['saga-core/carried'].cancelRequested) takeOverCancellation()
    return new Shield().run(() => runShielded(runtime, definition, inputs, options, answer)).catch(leave)
  } catch (error) {
    return leave(error)
  }
}

/**
 * Throws an error of the run. One that leaves lanes open, which is continuing as new or a fault, also takes effect where the workflow
 * function catches it; in a run of an earlier version the function may have caught the former.
 */
function throwOut({ isCurrent }: TemporalRuntime, error: unknown): never {
  const hasEnded = error instanceof TemporalFailure
  if (!hasEnded && (!(error instanceof ContinueAsNew) || isCurrent('uncaught'))) endWith(error)
  throw error
}

interface EndedRun {
  readonly report: SagaReport
  readonly results: unknown
}

function runShielded<T>(
  runtime: TemporalRuntime,
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  options: WorkflowRunOptions = {},
  answer: (ended: EndedRun) => T,
): Promise<T> {
  const { attempt, attributes, placement } = toRunMemo(workflowInfo().memo)
  const placed = { ...options.placement, ...placement }
  const batch = newBatch(definition, inputs, runtime, { attempt, ...options, placement: placed })
  const updates = { accepted: true }
  listen(batch, updates)
  setHandler(sagaChildSignal, runtime.hear)
  const follower = followRun(definition.name, batch, attributes)
  const finish = (end: SagaReport | CarriedRun): T | Promise<T> => {
    if (isCarried(end)) return goOn(batch, options)
    follower.ended(end)
    if (runtime.cancelRequested() && end.except.some(({ outcome }) => outcome === 'cancelled'))
      return runtime.cancellation
    const thrown = end.except.find(({ outcome }) => options.throwOn?.includes(outcome as never))
    if (thrown) {
      const message = `lane "${thrown.key}" ended ${thrown.outcome}: ${thrown.cause?.code ?? 'no cause'}`
      throw ApplicationFailure.create({ message, type: 'SagaOutcome', nonRetryable: true, details: [fitReport(end)] })
    }
    return answer({ report: fitReport(end), results: batch.first?.results })
  }
  return batch.run((end) => {
    updates.accepted = false
    return allHandlersFinished() ? finish(end) : condition(allHandlersFinished).then(() => finish(end))
  })
}

function goOn(batch: Batch, { continueWith = (carried) => [carried] }: WorkflowRunOptions): Promise<never> {
  return continueAsNew<(...args: unknown[]) => Promise<never>>(...continueWith(batch.carry()))
}

/** Fails a run with too large results once: Temporal would fail its last workflow task at every attempt. */
function checkResults(saga: string, results: unknown): void {
  const bytes = jsonBytes(results)
  if (bytes <= sizeLimits.reportBytes) return
  const message = `saga "${saga}" completed, but its results have ${bytes} bytes, over ${sizeLimits.reportBytes}: keep them in a table and return their keys`
  throw ApplicationFailure.create({ message, type: SagaErrorCode.ResultTooLarge, nonRetryable: true })
}

/** Turns a mistake of the start into a failure of the workflow: a plain error would fail its workflow task at every attempt. */
function newBatch(...args: Parameters<typeof createBatch>): Batch {
  try {
    return createBatch(...args)
  } catch (error) {
    if (!SagaError.is(error)) throw error
    throw ApplicationFailure.create({ message: error.message, type: error.code, nonRetryable: true })
  }
}

function listen(batch: Batch, updates: { readonly accepted: boolean }): void {
  setHandler(sagaStateQuery, () => batch.state())
  setHandler(sagaLaneQuery, (key) => batch.laneState(key) ?? null)
  setHandler(sagaMessageSignal, (messages) => {
    batch.message(messages)
  })
  setHandler(sagaOperateUpdate, (operation) => batch.operate(operation), {
    validator: (operation) => {
      if (!updates.accepted) throw closing()
      const refusal = batch.refusal(operation)
      if (refusal) throw rejection(refusal.code, refusal.message)
    },
  })
  setHandler(
    sagaEarlyReturnUpdate,
    async (question) => {
      const answer = await batch.early.answer(question, () => !updates.accepted)
      if (!answer) throw closing()
      return answer
    },
    {
      validator: (question) => {
        if (!updates.accepted) throw closing()
        const refusal = batch.early.refusal(question)
        if (refusal !== undefined) throw rejection(SagaErrorCode.NoSuchStep, refusal)
      },
    },
  )
}

function closing() {
  return rejection(runClosing, 'the run is closing or continuing as new: send the update again')
}

function rejection(type: string, message: string) {
  return ApplicationFailure.create({ message, type, nonRetryable: true })
}

function toInputs<TInput>(lanes: Columns<TInput> | readonly TInput[] | CarriedRun): readonly TInput[] | CarriedRun {
  if (isCarried(lanes)) return lanes
  if (typeof lanes !== 'object' || lanes === null) return []
  return 'count' in lanes ? fromColumns(lanes) : lanes
}
