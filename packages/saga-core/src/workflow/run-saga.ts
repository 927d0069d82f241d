import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { SagaDefinition } from '../definition/definition.js'
import { type Batch, createBatch, type RunOptions } from '../engine/batch.js'
import { type CarriedRun, isCarried } from '../engine/carry.js'
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
import { Shield, type TemporalRuntime, temporalRuntime } from './temporal-runtime.js'

/** How one saga ended; with its results when it completed. */
export type SagaOutcome<TResults> =
  | { readonly outcome: 'completed'; readonly results: TResults; readonly partly?: readonly string[] }
  | (LaneEnd & { readonly outcome: Exclude<Outcome, 'completed'> })

/** What a run in a workflow is told beside its lanes. */
export interface WorkflowRunOptions extends RunOptions {
  /** Fail the workflow (an ApplicationFailure of type `SagaOutcome`) where a lane ends like this, instead of completing it. */
  readonly throwOn?: readonly Exclude<Outcome, 'completed'>[]
  /** The workflow's arguments when it continues as new. Default: what was carried, in place of its only argument. */
  readonly continueWith?: (carried: CarriedRun) => readonly unknown[]
}

/**
 * Runs a saga for many lanes in this workflow, one lane for each input; set-wise activities see all of them at once. The run
 * completes with its report, whatever the lanes' outcomes; a parked lane keeps it open. To be called once in a workflow, with the
 * workflow's argument as it came: a run that has grown long continues as new and carries its lanes there. A workflow with other
 * arguments says how by `continueWith`.
 *
 * @throws CancelledFailure after the compensations, when the run was cancelled and a lane rolled back for it.
 * @throws ApplicationFailure of type SagaOutcome, where `throwOn` names a lane's outcome.
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
 * Runs a saga for one input: a batch of one lane. To be called with the workflow's argument as it came, or with `continueWith`.
 *
 * @throws CancelledFailure after the compensations, when the run was cancelled and the lane rolled back for it.
 * @throws ApplicationFailure of type SagaOutcome, where `throwOn` names the outcome; of type SAGA_RESULT_TOO_LARGE, where it completed
 * with results over 1 MiB.
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
 * The engine hears of a cancellation from its runtime; none reaches its calls, timers and waits. Chained, not awaited: in a workflow each
 * promise costs a stack trace.
 */
function runLanes<T>(
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  options: WorkflowRunOptions | undefined,
  answer: (ended: EndedRun) => T,
): Promise<T> {
  const runtime = temporalRuntime()
  return new Shield().run(() => runShielded(runtime, definition, inputs, options, answer))
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
  const admission = { open: true }
  listen(batch, admission)
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
    admission.open = false
    return allHandlersFinished() ? finish(end) : condition(allHandlersFinished).then(() => finish(end))
  })
}

function goOn(batch: Batch, { continueWith = (carried) => [carried] }: WorkflowRunOptions): Promise<never> {
  return continueAsNew<(...args: unknown[]) => Promise<never>>(...continueWith(batch.carry()))
}

/** Temporal takes no larger value from a run: its last task would fail again and again. */
function checkResults(saga: string, results: unknown): void {
  const bytes = jsonBytes(results)
  if (bytes <= sizeLimits.reportBytes) return
  const message = `saga "${saga}" completed, but its results have ${bytes} bytes, over ${sizeLimits.reportBytes}: keep them in a table and return their keys`
  throw ApplicationFailure.create({ message, type: SagaErrorCode.ResultTooLarge, nonRetryable: true })
}

/** A mistake in the start fails the workflow; thrown as it is, it would fail its task again and again. */
function newBatch(...args: Parameters<typeof createBatch>): Batch {
  try {
    return createBatch(...args)
  } catch (error) {
    if (!SagaError.is(error)) throw error
    throw ApplicationFailure.create({ message: error.message, type: error.code, nonRetryable: true })
  }
}

function listen(batch: Batch, admission: { readonly open: boolean }): void {
  setHandler(sagaStateQuery, () => batch.state())
  setHandler(sagaLaneQuery, (key) => batch.laneState(key) ?? null)
  setHandler(sagaMessageSignal, (messages) => {
    batch.message(messages)
  })
  setHandler(sagaOperateUpdate, (operation) => batch.operate(operation), {
    validator: (operation) => {
      if (!admission.open) throw closing()
      const refusal = batch.refusal(operation)
      if (refusal) throw rejection(refusal.code, refusal.message)
    },
  })
  setHandler(
    sagaEarlyReturnUpdate,
    async (question) => {
      const answer = await batch.early.answer(question, () => !admission.open)
      if (!answer) throw closing()
      return answer
    },
    {
      validator: (question) => {
        if (!admission.open) throw closing()
        const refusal = batch.early.refusal(question)
        if (refusal !== undefined) throw rejection(SagaErrorCode.NoSuchStep, refusal)
      },
    },
  )
}

const closing = () => rejection(runClosing, 'the run is closing or continuing as new: send it again')

const rejection = (type: string, message: string) => ApplicationFailure.create({ message, type, nonRetryable: true })

function toInputs<TInput>(lanes: Columns<TInput> | readonly TInput[] | CarriedRun): readonly TInput[] | CarriedRun {
  if (isCarried(lanes)) return lanes
  if (typeof lanes !== 'object' || lanes === null) return []
  return 'count' in lanes ? fromColumns(lanes) : lanes
}
