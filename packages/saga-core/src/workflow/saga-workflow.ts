import type { SagaDefinition } from '../definition/definition.js'
import type { RunOptions } from '../engine/start.js'
import type { Columns } from '../wire/columns.js'
import type { SagaReport } from '../wire/outcome.js'
import { runSaga, runSagaBatch, type SagaOutcome, type WorkflowRunOptions } from './run-saga.js'

/** Options of every run of a workflow; those in the second argument of a start come before them. */
export type SagaWorkflowOptions = Pick<WorkflowRunOptions, 'placement' | 'throwOn'>

/**
 * Makes the workflow of a saga with one input, which can also be undone as a child saga, and continue as new. A start gives the name it
 * is exported under, since the function itself has no name.
 *
 * @example
 * export const trip = sagaWorkflow(tripSaga)
 */
export function sagaWorkflow<TInput, TResults>(
  definition: SagaDefinition<TInput, TResults>,
  always: SagaWorkflowOptions = {},
): (input: TInput, options?: RunOptions) => Promise<SagaOutcome<TResults>> {
  return (input, options) => runSaga(definition, input, { ...always, ...options, ...goingOn(options) })
}

/**
 * Makes the workflow of a saga with many inputs, as columns or as a list.
 *
 * @example
 * export const trips = sagaBatchWorkflow(tripSaga)
 */
export function sagaBatchWorkflow<TInput>(
  definition: SagaDefinition<TInput>,
  always: SagaWorkflowOptions = {},
): (lanes: Columns<TInput> | readonly TInput[], options?: RunOptions) => Promise<SagaReport> {
  return (lanes, options) => runSagaBatch(definition, lanes, { ...always, ...options, ...goingOn(options) })
}

/** Starts a run that continues as new with both arguments. */
function goingOn(options: RunOptions | undefined): Pick<WorkflowRunOptions, 'continueWith'> {
  return options === undefined ? {} : { continueWith: (carried) => [carried, options] }
}
