import type { RunState } from '../engine/state/run-phase.js'
import { type WorkflowName, workflowName } from './workflow-name.js'

/** Which runs to list. */
export interface ListOptions {
  /** Runs of this workflow only. Left out: of every saga; of closed runs then those that a saga client or a parent saga started. */
  readonly workflow?: WorkflowName
  /** Runs in this state only; `ended` ones as long as Temporal keeps them. Left out: all. */
  readonly state?: RunState
  /** How states are known. Left out: `both` where the namespace has the search attribute `SagaState`, else `questions`. */
  readonly by?: ListedBy
  /** Runs Temporal is asked for at once. Default 100. */
  readonly pageSize?: number
  /** What the page before this one gave as `next`. */
  readonly from?: string
}

/**
 * How states of runs are known. `questions`: each open run is asked, which takes a worker and some milliseconds a run. `searchAttributes`:
 * nobody is asked, and only runs are seen that have those: a saga client started them once the attributes were registered. `both`: open
 * runs that have none are asked.
 */
export type ListedBy = 'searchAttributes' | 'questions' | 'both'

/**
 * The visibility query that finds the runs to list, and those that have to be asked whether they are among them.
 *
 * @throws SagaError SAGA_EMPTY_NAME when the workflow has no name.
 */
export function filterOf({ workflow, state }: Pick<ListOptions, 'workflow' | 'state'>, by: ListedBy): string {
  const isOpen = state !== undefined && state !== 'ended'
  const terms = [
    ...(workflow === undefined ? [] : [`WorkflowType = ${JSON.stringify(workflowName(workflow))}`]),
    // A run that continued as new is closed, but its saga goes on in the next one.
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
