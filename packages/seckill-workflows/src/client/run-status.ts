import { type Client, type WorkflowExecutionStatusName, WorkflowNotFoundError } from '@temporalio/client'

/** The status of the latest run of a workflow id; undefined where Temporal has none, or none any more. */
export async function runStatus(client: Client, workflowId: string): Promise<WorkflowExecutionStatusName | undefined> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}
