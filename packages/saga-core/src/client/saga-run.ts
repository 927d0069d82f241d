import type { Operated } from '../engine/outside/operate.js'
import type { LaneState, SagaState } from '../engine/state/saga-state.js'
import type { Message } from '../wire/set-wise.js'
import { sagaLaneQuery, sagaStateQuery } from '../workflow/messages.js'
import type { ClientContext } from './context.js'
import type { MessageGroups } from './message-groups.js'
import { type ClientOperation, operateRun } from './operate-run.js'
import { ask } from './rpc.js'
import type { Started } from './start-run.js'

/** One run, by its workflow id; questions are for operators, a shopper's status is read from a table. */
export interface SagaRun<TEnd> {
  readonly workflowId: string
  /**
   * Resolves with how it ended, whatever its lanes came to; of a run that started over, with the lanes that did.
   *
   * @throws WorkflowFailedError of Temporal when the run was cancelled or terminated, or failed because of `throwOn`. How the lanes of a
   * cancelled run ended, `state` and `lane` tell.
   */
  result(): Promise<TEnd>
  /** Counts, and the first 50 lanes that are not simply going on or done. A worker answers. */
  state(): Promise<SagaState>
  /** One lane; `undefined` when the run does not have it. Ask a closed run one thing at a time: Temporal may lose one of two queries. */
  lane(key: string): Promise<LaneState | undefined>
  /** Tells a lane what it waits for; grouped with other messages to this run. Resolves when the server has it. */
  message(wait: string, lane: string, message: Message): Promise<void>
  /**
   * Carries out an operator's word on many lanes.
   *
   * @throws SagaError SAGA_OPERATION_REFUSED, SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
   */
  operate(operation: ClientOperation): Promise<Operated>
  /** Asks for the run to be cancelled: it undoes what it did, and ends Cancelled. */
  cancel(): Promise<void>
}

/** A run that `start` started, or found. */
export interface StartedRun<TEnd> extends SagaRun<TEnd>, Started {}

/** The run with this workflow id; nothing is asked yet. */
export function sagaRun<TEnd>(context: ClientContext, messages: MessageGroups, workflowId: string): SagaRun<TEnd> {
  const handle = context.client.workflow.getHandle(workflowId)
  return {
    workflowId,
    result: () => handle.result() as Promise<TEnd>,
    state: () => ask(context, workflowId, () => handle.query(sagaStateQuery)),
    lane: async (key) => (await ask(context, workflowId, () => handle.query(sagaLaneQuery, key))) ?? undefined,
    message: (wait, lane, message) => messages.send(workflowId, wait, lane, message),
    operate: (operation) => operateRun(context, workflowId, operation),
    cancel: async () => {
      await ask(context, workflowId, () => handle.cancel())
    },
  }
}
