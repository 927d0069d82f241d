import { randomUUID } from 'node:crypto'
import type { Operated, Operation } from '../engine/outside/operation.js'
import { sagaOperateUpdate } from '../workflow/messages.js'
import type { ClientContext } from './context.js'
import { inputHash } from './input-hash.js'
import { ask } from './rpc.js'
import { untilRunIsOpen } from './update-run.js'

/** An operation of an operator; `operationId` makes it idempotent. Default: a new UUID. */
export type ClientOperation = Omit<Operation, 'operationId'> & { readonly operationId?: string }

/**
 * Sends an operation to one run: many lanes in one update, at most four updates of a run in flight.
 *
 * @throws SagaError SAGA_OPERATION_REFUSED, SAGA_NOTHING_PARKED, SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
 */
export function operateRun(context: ClientContext, workflowId: string, operation: ClientOperation): Promise<Operated> {
  const complete: Operation = { operationId: randomUUID(), ...operation }
  // The handle has no run id: after continue-as-new the update goes to the new run.
  const handle = context.client.workflow.getHandle(workflowId)
  // The server answers a known update id by itself, so the id tells apart what is asked for; the run refuses a reused operation id.
  const { operationId, verb, lanes, result } = complete
  const updateId = `${operationId}/${inputHash({ verb, lanes, result })}`
  const options = { args: [complete] as [Operation], updateId }
  const update = () => ask(context, workflowId, () => handle.executeUpdate(sagaOperateUpdate, options))
  return context.updates(workflowId)(() => untilRunIsOpen(update))
}
