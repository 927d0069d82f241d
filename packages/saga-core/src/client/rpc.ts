import {
  isGrpcServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { ClientContext } from './context.js'

/** gRPC status 9 (failed precondition): the run's workflow task failed over the message. */
const taskFailed = 9
/** Status 9, and status 4 (deadline exceeded). */
const unanswered: ReadonlySet<number> = new Set([4, taskFailed])
/** gRPC status 1 (cancelled): the answer of a server that notices the deadline before the client does. */
const cancelled = 1
/** The lead of the server's clock over the client's, in milliseconds. */
const raceMs = 50

/** Sends a message to a run within the client's time limit; errors that a caller can act on become SagaErrors. */
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

/** Codes with which a run rejects an update. */
const updateCodes = [SagaErrorCode.OperationRefused, SagaErrorCode.NothingParked, SagaErrorCode.NoSuchStep] as const

function explain(error: unknown, workflowId: string, timeoutMs: number, codes: ReadonlySet<number>): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new SagaError(
      SagaErrorCode.RunNotOpen,
      `there is no open run "${workflowId}" (${error.message}): check the workflow id, or read its result`,
    )
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message } = error.cause
    const code = updateCodes.find((one) => one === type)
    if (code) return new SagaError(code, message)
  }
  if (isUnanswered(error, codes)) {
    const why = error instanceof Error ? `: ${(error.cause instanceof Error ? error.cause : error).message}` : ''
    const message = `run "${workflowId}" did not answer within ${timeoutMs} ms${why}: check that a worker is up and that its tasks succeed; the request may still be carried out`
    return new SagaError(SagaErrorCode.NoAnswer, message, { cause: error })
  }
  return error
}

function isUnanswered(error: unknown, codes: ReadonlySet<number>): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isOf(error, codes)
}

/** Reports whether the run's workflow task failed over the message: once, when it arrived during continue-as-new, or at every attempt. */
export function isTaskFailure(error: unknown): boolean {
  return SagaError.is(error) && error.code === SagaErrorCode.NoAnswer && isOf(error.cause, new Set([taskFailed]))
}

function isOf(error: unknown, codes: ReadonlySet<number>): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return [error, cause].some((one) => isGrpcServiceError(one) && codes.has(one.code))
}
