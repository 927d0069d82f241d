import {
  isGrpcServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { ClientContext } from './context.js'

/** gRPC's numbers for a deadline that passed, and for a run whose workflow task fails again and again. */
const unanswered: ReadonlySet<number> = new Set([4, 9])

/** Asks a run something within the client's time limit; says in a SagaError's code what a caller can act on. */
export async function ask<T>(
  context: ClientContext,
  workflowId: string,
  question: () => Promise<T>,
  timeoutMs = context.timeoutMs,
): Promise<T> {
  try {
    return await context.client.connection.withDeadline(Date.now() + timeoutMs, question)
  } catch (error) {
    throw explain(error, workflowId, timeoutMs)
  }
}

/** Codes with which a run turns an update away. */
const updateCodes = [SagaErrorCode.OperationRefused, SagaErrorCode.NothingParked, SagaErrorCode.NoSuchStep] as const

function explain(error: unknown, workflowId: string, timeoutMs: number): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new SagaError(SagaErrorCode.RunNotOpen, `there is no open run "${workflowId}": ${error.message}`)
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message } = error.cause
    const code = updateCodes.find((one) => one === type)
    if (code) return new SagaError(code, message)
  }
  if (isUnanswered(error)) {
    const why = error instanceof Error ? `: ${(error.cause instanceof Error ? error.cause : error).message}` : ''
    const message = `run "${workflowId}" did not answer within ${timeoutMs} ms${why}. Is a worker up, and do its tasks succeed? What was asked for may still be done`
    return new SagaError(SagaErrorCode.NoAnswer, message)
  }
  return error
}

function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true
  const cause = error instanceof Error ? error.cause : undefined
  return [error, cause].some((one) => isGrpcServiceError(one) && unanswered.has(one.code))
}
