import { randomUUID } from 'node:crypto'
import type { Operated, Operation } from '../engine/outside/operate.js'
import { sagaOperateUpdate } from '../workflow/messages.js'
import type { ClientContext } from './context.js'
import { ask } from './rpc.js'
import { untilRunIsOpen } from './update-run.js'

/** An operator's word; an operation id makes it idempotent, and is made up where there is none. */
export type ClientOperation = Omit<Operation, 'operationId'> & { readonly operationId?: string }

/**
 * Carries out an operator's word on one run: many lanes in one update, at most four updates of a run at once.
 *
 * @throws SagaError SAGA_OPERATION_REFUSED, SAGA_NOTHING_PARKED, SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
 */
export function operateRun(context: ClientContext, workflowId: string, operation: ClientOperation): Promise<Operated> {
  const complete: Operation = { operationId: randomUUID(), ...operation }
  // Without a run id: the run that goes on as a new one is asked next.
  const handle = context.client.workflow.getHandle(workflowId)
  const options = { args: [complete] as [Operation], updateId: complete.operationId }
  const update = () => ask(context, workflowId, () => handle.executeUpdate(sagaOperateUpdate, options))
  return context.updates(workflowId)(() => untilRunIsOpen(update))
}
