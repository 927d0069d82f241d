import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowUpdateFailedError,
  type WorkflowUpdateHandle,
} from '@temporalio/client'
import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { EarlyQuestion, EarlyReturn } from '../wire/early-return.js'
import type { LaneEnd, SagaReport } from '../wire/outcome.js'
import { sagaEarlyReturnUpdate } from '../workflow/messages.js'
import type { SagaOutcome } from '../workflow/run-saga.js'
import type { ClientContext } from './context.js'
import { ask } from './rpc.js'
import { checkStep, type StartRequest } from './start-request.js'
import { type Launch, type Started, startRun } from './start-run.js'
import { untilRunIsOpen } from './update-run.js'

/** A run, and the early return of the step. */
export interface Answered {
  readonly started: Started
  readonly answer: EarlyReturn
}

/**
 * Starts a run, or finds the run with its workflow id, and waits until a step of its lane is through. A new run gets the update in its
 * first workflow task (update-with-start): a later update would wait for the local activities of that task.
 */
export async function startUntil(
  context: ClientContext,
  request: StartRequest,
  question: EarlyQuestion,
  timeoutMs = context.timeoutMs,
): Promise<Answered> {
  checkStep(request.definition, question.step)
  const { workflowId } = request
  const { workflow } = context.client
  const args: [EarlyQuestion] = [question]
  let asked: WorkflowUpdateHandle<EarlyReturn> | undefined
  const launch: Launch = async (name, { requestEagerStart: _, ...options }) => {
    // FAIL: for an existing id the input is compared, as in every start, before the update is sent.
    const startWorkflowOperation = new WithStartWorkflowOperation(name, {
      ...options,
      workflowIdConflictPolicy: 'FAIL',
    })
    const update = { args, startWorkflowOperation, waitForStage: 'ACCEPTED' } as const
    asked = await ask(
      context,
      workflowId,
      () => workflow.startUpdateWithStart(sagaEarlyReturnUpdate, update),
      timeoutMs,
    )
    return asked.workflowRunId as string
  }
  const started = await startRun(context, request, launch)
  const handle = workflow.getHandle(workflowId)
  const next = () => {
    const update = asked
    asked = undefined
    return update ? update.result() : handle.executeUpdate(sagaEarlyReturnUpdate, { args })
  }
  try {
    const answer = await untilRunIsOpen(() => ask(context, workflowId, next, timeoutMs))
    return { started, answer: answer.status === 'done' ? { ...answer, result: answer.result } : answer }
  } catch (error) {
    if (!hasEnded(error)) throw error
    return { started, answer: await answerOfEnd(handle, question) }
  }
}

/** Reports whether the run was closed before the update, or from outside during it. */
function hasEnded(error: unknown): boolean {
  return SagaError.is(error)
    ? error.code === SagaErrorCode.RunNotOpen
    : error instanceof WorkflowUpdateFailedError &&
        error.cause instanceof ApplicationFailure &&
        error.cause.type === 'AcceptedUpdateCompletedWorkflow'
}

async function answerOfEnd(handle: WorkflowHandle, { lane, step }: EarlyQuestion): Promise<EarlyReturn> {
  const end = await endOf(handle, lane)
  return end.outcome === 'completed'
    ? { status: 'done', result: end.results[step] }
    : { status: 'ended', ...(end as LaneEnd) }
}

/** @throws WorkflowFailedError of Temporal when the run ended without an outcome. */
async function endOf(handle: WorkflowHandle, key: string): Promise<SagaOutcome<Readonly<Record<string, unknown>>>> {
  try {
    return (await handle.result()) as SagaOutcome<Readonly<Record<string, unknown>>>
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined
    if (cause instanceof CancelledFailure) return { key, outcome: 'cancelled' }
    if (!(cause instanceof ApplicationFailure) || cause.type !== 'SagaOutcome') throw error
    const report = cause.details?.[0] as SagaReport
    return report.except[0] as LaneEnd & { readonly outcome: 'refused' }
  }
}
