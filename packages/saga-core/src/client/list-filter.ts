import type { RunState } from '../engine/state/run-phase.js'
import { type WorkflowName, workflowName } from './workflow-name.js'

/** A filter for runs, and the page to read. */
export interface ListOptions {
  /** Lists the runs of this workflow only. Default: of every saga; of closed runs, those that a saga client or a parent saga started. */
  readonly workflow?: WorkflowName
  /** Lists the runs in this state only; `ended` ones as long as Temporal retains them. Default: all. */
  readonly state?: RunState
  /** The source of states. Default: `both` when the namespace has the search attribute `SagaState`, else `queries`. */
  readonly by?: ListedBy
  /** The size of a page of the visibility query. Default 100. */
  readonly pageSize?: number
  /** The `next` of the previous page. */
  readonly from?: string
}

/**
 * The source of the states of runs. `queries`: each open run is queried, which takes a worker and some milliseconds a run.
 * `searchAttributes`: no run is queried, and only runs that have the attributes are listed, as a saga client starts them once the
 * attributes are registered. `both`: open runs without the attributes are queried.
 */
export type ListedBy = 'searchAttributes' | 'queries' | 'both'

/**
 * The visibility query for the runs to list, and for the runs that have to be queried for their state.
 *
 * @throws SagaError SAGA_EMPTY_NAME when the workflow has no name.
 */
export function filterOf({ workflow, state }: Pick<ListOptions, 'workflow' | 'state'>, by: ListedBy): string {
  const isOpen = state !== undefined && state !== 'ended'
  const terms = [
    ...(workflow === undefined ? [] : [`WorkflowType = ${JSON.stringify(workflowName(workflow))}`]),
    // A run that continued as new is closed, but its saga goes on in the next run.
    isOpen ? `ExecutionStatus = 'Running'` : `ExecutionStatus != 'ContinuedAsNew'`,
    ...(state === 'ended' ? [`ExecutionStatus != 'Running'`] : []),
    ...attributeTerms(isOpen ? state : undefined, by),
  ]
  return terms.join(' AND ')
}

function attributeTerms(state: string | undefined, by: ListedBy): readonly string[] {
  if (by === 'searchAttributes') return [state === undefined ? 'SagaState IS NOT NULL' : `SagaState = '${state}'`]
  return by === 'both' && state !== undefined ? [`(SagaState = '${state}' OR SagaState IS NULL)`] : []
}
