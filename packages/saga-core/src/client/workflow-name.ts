import type { Workflow } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'

/** A workflow by its name, or by its function; a function that `sagaWorkflow` made has no name. */
export type WorkflowName = string | Workflow

/** @throws SagaError SAGA_EMPTY_NAME when the function has no name. */
export function workflowName(workflow: WorkflowName): string {
  const name = typeof workflow === 'string' ? workflow : workflow.name
  if (name !== '') return name
  const message = `the workflow is a function without a name, as sagaWorkflow(…) returns: give the name it is exported under, as 'trip'`
  throw new SagaError(SagaErrorCode.EmptyName, message)
}
