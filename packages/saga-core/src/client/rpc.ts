import {
  isGrpcServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { ClientContext } from './context.js'

/** gRPC's number for a run whose workflow task failed over the question. */
const taskFailed = 9
/** That, and the number for a deadline that passed. */
const unanswered: ReadonlySet<number> = new Set([4, taskFailed])
/** Of a call whose time is up, a server that notices first says that it was cancelled. */
const cancelled = 1
/** How much sooner than ours its clock may ring. */
const raceMs = 50

/** Asks a run something within the client's time limit; says in a SagaError's code what a caller can act on. */
export async function ask<T>(
  context: ClientContext,
  workflowId: string,
  question: () => Promise<T>,
  timeoutMs = context.timeoutMs,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  try {
    return await context.client.connection.withDeadline(deadline, question)
  } catch (error) {
    const codes = Date.now() < deadline - raceMs ? unanswered : unanswered.union(new Set([cancelled]))
    throw explain(error, workflowId, timeoutMs, codes)
  }
}

/** Codes with which a run turns an update away. */
const updateCodes = [SagaErrorCode.OperationRefused, SagaErrorCode.NothingParked, SagaErrorCode.NoSuchStep] as const

function explain(error: unknown, workflowId: string, timeoutMs: number, codes: ReadonlySet<number>): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new SagaError(SagaErrorCode.RunNotOpen, `there is no open run "${workflowId}": ${error.message}`)
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message } = error.cause
    const code = updateCodes.find((one) => one === type)
    if (code) return new SagaError(code, message)
  }
  if (isUnanswered(error, codes)) {
    const why = error instanceof Error ? `: ${(error.cause instanceof Error ? error.cause : error).message}` : ''
    const message = `run "${workflowId}" did not answer within ${timeoutMs} ms${why}. Is a worker up, and do its tasks succeed? What was asked for may still be done`
    return new SagaError(SagaErrorCode.NoAnswer, message, { cause: error })
  }
  return error
}

function isUnanswered(error: unknown, codes: ReadonlySet<number>): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isOf(error, codes)
}

/** True where the run's workflow task failed over the question: once, by a message that came while it continued as new, or again and again. */
export const isTaskFailure = (error: unknown): boolean =>
  SagaError.is(error) && error.code === SagaErrorCode.NoAnswer && isOf(error.cause, new Set([taskFailed]))

function isOf(error: unknown, codes: ReadonlySet<number>): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return [error, cause].some((one) => isGrpcServiceError(one) && codes.has(one.code))
}
