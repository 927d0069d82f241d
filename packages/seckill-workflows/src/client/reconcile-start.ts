import { randomUUID } from 'node:crypto'
import type { Client, WorkflowHandle } from '@temporalio/client'
import { reconcileTaskQueue, reconcileWorkflow } from '../contract/names.js'
import type { Reconcile, ReconcileRequest } from '../contract/reconciliation.js'

/** Starts a reconciliation beside those of the Schedule; both may run at once, since each repair may be repeated. */
export async function startReconcile(client: Client, request: ReconcileRequest): Promise<WorkflowHandle<Reconcile>> {
  return client.workflow.start<Reconcile>(reconcileWorkflow, {
    taskQueue: reconcileTaskQueue,
    workflowId: `${reconcileWorkflow}-${randomUUID()}`,
    args: [request],
    workflowExecutionTimeout: '30m',
  })
}
