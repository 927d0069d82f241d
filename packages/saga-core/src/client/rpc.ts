import {
  isGrpcServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { ClientContext } from './context.js'

const deadlineExceeded = 4

/** Asks a run something within the client's time limit; says in a SagaError's code what a caller can act on. */
export async function ask<T>(context: ClientContext, workflowId: string, question: () => Promise<T>): Promise<T> {
  try {
    return await context.client.connection.withDeadline(Date.now() + context.timeoutMs, question)
  } catch (error) {
    throw explain(error, workflowId, context.timeoutMs)
  }
}

function explain(error: unknown, workflowId: string, timeoutMs: number): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new SagaError(SagaErrorCode.RunNotOpen, `there is no open run "${workflowId}": ${error.message}`)
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    if (error.cause.type === SagaErrorCode.OperationRefused)
      return new SagaError(SagaErrorCode.OperationRefused, error.cause.message)
  }
  if (isTimeout(error)) {
    const message = `run "${workflowId}" did not answer within ${timeoutMs} ms: is a worker up? What was asked for may still be done`
    return new SagaError(SagaErrorCode.NoAnswer, message)
  }
  return error
}

function isTimeout(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true
  const cause = error instanceof Error ? error.cause : undefined
  return [error, cause].some((one) => isGrpcServiceError(one) && one.code === deadlineExceeded)
}
