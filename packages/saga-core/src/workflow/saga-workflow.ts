import type { SagaDefinition } from '../definition/definition.js'
import type { RunOptions } from '../engine/batch.js'
import type { Columns } from '../wire/columns.js'
import type { SagaReport } from '../wire/outcome.js'
import { runSaga, runSagaBatch, type SagaOutcome, type WorkflowRunOptions } from './run-saga.js'

/** What every run of a workflow has; what a start says in its second argument comes before it. */
export type SagaWorkflowOptions = Pick<WorkflowRunOptions, 'placement' | 'throwOn'>

/**
 * The workflow of a saga with one input: what `runSaga` needs besides is taken care of, as a child saga that is to be undone, and as a
 * run that continues as new. A start names it by the name it is exported under: a function that was made has none of its own.
 *
 * @example
 * export const trip = sagaWorkflow(tripSaga)
 * // elsewhere
 * await sagas.start(tripSaga, { workflow: 'trip', taskQueue, input })
 */
export const sagaWorkflow =
  <TInput, TResults>(
    definition: SagaDefinition<TInput, TResults>,
    always: SagaWorkflowOptions = {},
  ): ((input: TInput, options?: RunOptions) => Promise<SagaOutcome<TResults>>) =>
  (input, options) =>
    runSaga(definition, input, { ...always, ...options, ...goingOn(options) })

/**
 * The workflow of a saga with many inputs, as columns or as a list.
 *
 * @example
 * export const trips = sagaBatchWorkflow(tripSaga)
 */
export const sagaBatchWorkflow =
  <TInput>(
    definition: SagaDefinition<TInput>,
    always: SagaWorkflowOptions = {},
  ): ((lanes: Columns<TInput> | readonly TInput[], options?: RunOptions) => Promise<SagaReport>) =>
  (lanes, options) =>
    runSagaBatch(definition, lanes, { ...always, ...options, ...goingOn(options) })

/** A run that continues as new is started with both arguments again. */
const goingOn = (options: RunOptions | undefined): Pick<WorkflowRunOptions, 'continueWith'> =>
  options === undefined ? {} : { continueWith: (carried) => [carried, options] }
