import { WorkflowNotFoundError } from '@temporalio/common'
import type { Operated } from '../engine/outside/operation.js'
import type { LaneState, SagaState } from '../engine/state/saga-state.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { Message } from '../wire/set-wise.js'
import { sagaLaneQuery, sagaStateQuery } from '../workflow/messages.js'
import type { ClientContext } from './context.js'
import type { MessageGroups } from './message-groups.js'
import { type ClientOperation, operateRun } from './operate-run.js'
import { ask } from './rpc.js'
import type { Started } from './start-run.js'

/** One run, by its workflow id. Queries need a worker: they are for operators, not for the status page of an application. */
export interface SagaRun<TEnd> {
  readonly workflowId: string
  /**
   * Resolves with the outcome or the report of the run; of a run that started over, with the report of the lanes that did.
   *
   * @throws WorkflowFailedError of Temporal when the run was cancelled or terminated, or failed because of `throwOn`; the outcomes of a
   * cancelled run are in `state` and `lane`.
   * @throws SagaError SAGA_NO_SUCH_RUN when there is no run of this id, or no longer.
   */
  result(): Promise<TEnd>
  /**
   * Counts, and the first 50 lanes that are parked, rolling back, undecided, or ended without completing; a query, which a worker
   * answers.
   *
   * @example
   * const { counts, notable } = await sagas.run('trip/4711').state()
   *
   * @throws SagaError SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
   */
  state(): Promise<SagaState>
  /**
   * One lane; `undefined` when the run does not have it. Send queries to a closed run one at a time: Temporal may lose one of two.
   *
   * @throws SagaError SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
   */
  lane(key: string): Promise<LaneState | undefined>
  /** Sends a message to the wait of a lane, as `message` of the client does; resolves when the server has it. */
  message(wait: string, lane: string, message: Message): Promise<void>
  /**
   * Carries out an operation on parked lanes; `abort` on running ones too.
   *
   * @example
   * const operation = { verb: 'retry', actor: 'ann', reason: 'the hotel answers again' } as const
   * const { lanes, declined } = await sagas.run('trip/4711').operate(operation)
   *
   * @throws SagaError SAGA_OPERATION_REFUSED, SAGA_NOTHING_PARKED, SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
   */
  operate(operation: ClientOperation): Promise<Operated>
  /**
   * Requests the cancellation of the run: its lanes roll back, and it ends Cancelled.
   *
   * @throws SagaError SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
   */
  cancel(): Promise<void>
}

/** A run that `start` started or found. */
export interface StartedRun<TEnd> extends SagaRun<TEnd>, Started {}

function noSuchRun(error: unknown): never {
  if (!(error instanceof WorkflowNotFoundError)) throw error
  const { workflowId, message } = error
  throw new SagaError(
    SagaErrorCode.NoSuchRun,
    `there is no run "${workflowId}" (${message}): check the workflow id; Temporal forgets a run after its retention`,
  )
}

/** The run with this workflow id; no request is sent. */
export function sagaRun<TEnd>(context: ClientContext, messages: MessageGroups, workflowId: string): SagaRun<TEnd> {
  const handle = context.client.workflow.getHandle(workflowId)
  return {
    workflowId,
    result: () => (handle.result() as Promise<TEnd>).catch(noSuchRun),
    state: () => ask(context, workflowId, () => handle.query(sagaStateQuery)),
    lane: async (key) => (await ask(context, workflowId, () => handle.query(sagaLaneQuery, key))) ?? undefined,
    message: (wait, lane, message) => messages.send(workflowId, wait, lane, message),
    operate: (operation) => operateRun(context, workflowId, operation),
    cancel: () =>
      ask(context, workflowId, async () => {
        // The server takes the request for a closed run, too, and does nothing.
        const { status } = await handle.describe()
        if (status.name !== 'RUNNING') throw new WorkflowNotFoundError(`it is ${status.name}`, workflowId, undefined)
        await handle.cancel()
      }),
  }
}
