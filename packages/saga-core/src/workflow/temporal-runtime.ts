import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  proxyLocalActivities,
  rootCause,
  setCurrentDetails,
  sleep,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow'
import { answerOfFailure } from '../failure.js'
import type { ActivityAnswer, ActivityRequest, SagaRuntime } from '../runtime.js'

type Untyped = Record<string, (...args: readonly unknown[]) => Promise<unknown>>

/** The Temporal runtime: calls are local activities that no cancellation reaches. */
export interface TemporalRuntime extends SagaRuntime {
  /** What the run was cancelled with, once it was. */
  cancellation(): unknown
}

/** The runtime of the workflow this is called in. */
export function temporalRuntime(): TemporalRuntime {
  let cancellation: unknown
  CancellationScope.current().cancelRequested.catch((error: unknown) => {
    cancellation = error
  })
  return {
    workflowId: workflowInfo().workflowId,
    call: (request) => CancellationScope.nonCancellable(() => call(request)),
    cancelRequested: () => cancellation !== undefined,
    cancellation: () => cancellation,
    until: (predicate) => CancellationScope.nonCancellable(() => condition(predicate)),
    // A timer ends the workflow task, and with it the markers of its local activities enter history.
    boundary: () => CancellationScope.nonCancellable(() => sleep(1)),
    showDetails: (markdown) => setCurrentDetails(markdown()),
  }
}

async function call({ activity, args, summary, policy }: ActivityRequest): Promise<ActivityAnswer> {
  const { initialMs, factor, maximumMs, attempts } = policy.retry
  const activities = proxyLocalActivities<Untyped>({
    startToCloseTimeout: policy.startToCloseMs,
    localRetryThreshold: '1s',
    summary: summary.slice(0, 200),
    retry: {
      initialInterval: initialMs,
      backoffCoefficient: factor,
      maximumInterval: maximumMs,
      ...(attempts > 0 && { maximumAttempts: attempts }),
    },
  })
  try {
    return { answer: { status: 'done', value: await activities[activity]?.(...args) }, blamesData: false }
  } catch (error) {
    return answerOfFailure(factsOf(error))
  }
}

function factsOf(error: unknown) {
  const failure = error instanceof ActivityFailure ? error.cause : error
  if (failure instanceof ApplicationFailure) {
    return { type: failure.type ?? undefined, message: failure.message, details: failure.details ?? undefined }
  }
  if (failure instanceof TimeoutFailure) return { type: 'SAGA_TIMEOUT', message: failure.message }
  return { message: rootCause(error) ?? String(error) }
}
