import { allHandlersFinished, CancellationScope, condition, log, setHandler } from '@temporalio/workflow'
import { type Columns, fromColumns } from '../columns.js'
import type { SagaDefinition } from '../definition.js'
import { createBatch } from '../engine/batch.js'
import type { LaneEnd, SagaReport } from '../outcome.js'
import { toLaneState } from '../state/saga-state.js'
import { retryParkedUpdate, sagaLaneQuery, sagaStateQuery } from './messages.js'
import { temporalRuntime } from './temporal-runtime.js'

/** How one saga ended; with its results when it completed. */
export type SagaOutcome<TResults> =
  | { readonly outcome: 'completed'; readonly results: TResults }
  | (LaneEnd & { readonly outcome: Exclude<LaneEnd['outcome'], 'completed'> })

/**
 * Runs a saga for many lanes in this workflow, one lane for each input; set-wise activities see all of them at once. The run
 * completes with its report, whatever the lanes' outcomes; a parked lane keeps it open. To be called once in a workflow.
 *
 * @throws CancelledFailure after the compensations, when the run was cancelled and a lane turned back for it.
 * @example
 * export const purchase = (lanes: Columns<Purchase>) => runSagaBatch(purchaseSaga, lanes)
 */
export async function runSagaBatch<TInput>(
  definition: SagaDefinition<TInput>,
  lanes: Columns<TInput> | readonly TInput[],
): Promise<SagaReport> {
  const { report } = await runLanes(definition, isColumns(lanes) ? fromColumns(lanes) : lanes)
  return report
}

/**
 * Runs a saga for one input: a batch of one lane.
 *
 * @throws CancelledFailure after the compensations, when the run was cancelled and the lane turned back for it.
 * @example
 * export const trip = (request: Trip) => runSaga(tripSaga, request)
 */
export async function runSaga<TInput, TResults>(
  definition: SagaDefinition<TInput, TResults>,
  input: TInput,
): Promise<SagaOutcome<TResults>> {
  const { report, results } = await runLanes(definition, [input])
  const [end] = report.except
  return (end ?? { outcome: 'completed', results }) as SagaOutcome<TResults>
}

async function runLanes<TInput, TResults>(definition: SagaDefinition<TInput, TResults>, inputs: readonly TInput[]) {
  const runtime = temporalRuntime()
  // The engine handles every saga as data; types end here.
  const batch = createBatch(definition as SagaDefinition, inputs, runtime)
  setHandler(sagaStateQuery, () => batch.state())
  setHandler(sagaLaneQuery, (key) => {
    const lane = batch.lane(key)
    return lane ? toLaneState(lane) : null
  })
  setHandler(retryParkedUpdate, ({ lanes, actor, reason }) => {
    const count = batch.retry(lanes)
    log.info('parked lanes are tried again', { count, actor, reason })
    return count
  })
  const report = await batch.run()
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished))
  if (report.except.some((end) => end.outcome === 'cancelled')) throw runtime.cancellation()
  return { report, results: batch.first.results as TResults }
}

const isColumns = <TInput>(lanes: Columns<TInput> | readonly TInput[]): lanes is Columns<TInput> =>
  !Array.isArray(lanes)
