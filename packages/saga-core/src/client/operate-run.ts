import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowUpdateFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { Operated, Operation } from '../engine/operate.js'
import { SagaError } from '../saga-error.js'
import { sagaOperateUpdate } from '../workflow/messages.js'
import type { ClientContext } from './context.js'
import { ask } from './rpc.js'

/** An operator's word; an operation id makes it idempotent, and is made up where there is none. */
export type ClientOperation = Omit<Operation, 'operationId'> & { readonly operationId?: string }

/** The pauses before a run that continues as new is asked again, in milliseconds. */
const pauses = [50, 100, 200, 400, 800, 1_600] as const

/**
 * Carries out an operator's word on one run: many lanes in one update, at most four updates of a run at once.
 *
 * @throws SagaError SAGA_OPERATION_REFUSED, SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
 */
export function operateRun(context: ClientContext, workflowId: string, operation: ClientOperation): Promise<Operated> {
  const complete: Operation = { operationId: randomUUID(), ...operation }
  // Without a run id: the run that goes on as a new one is asked next.
  const handle = context.client.workflow.getHandle(workflowId)
  const options = { args: [complete] as [Operation], updateId: complete.operationId }
  const update = () => ask(context, workflowId, () => handle.executeUpdate(sagaOperateUpdate, options))
  return context.updates(workflowId)(async () => {
    for (const pause of pauses) {
      try {
        return await update()
      } catch (error) {
        if (SagaError.is(error) || !isClosing(error)) throw error
      }
      await sleep(pause)
    }
    return update()
  })
}

const isClosing = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === 'SAGA_RUN_CLOSING'
