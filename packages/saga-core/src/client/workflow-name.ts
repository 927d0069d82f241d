import type { Workflow } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'

/** A workflow by its name, or by its function where that has one: what `sagaWorkflow` makes has none. */
export type WorkflowName = string | Workflow

/** @throws SagaError SAGA_EMPTY_NAME when there is no name, as of a function that was made. */
export function workflowName(workflow: WorkflowName): string {
  const name = typeof workflow === 'string' ? workflow : workflow.name
  if (name !== '') return name
  const message = `the workflow has no name: a function that was made, as sagaWorkflow(…) does, has none of its own; give the name it is exported under, as 'trip'`
  throw new SagaError(SagaErrorCode.EmptyName, message)
}
