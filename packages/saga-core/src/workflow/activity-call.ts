import { RetryState } from '@temporalio/common'
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  rootCause,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow'
import type { ActivityAnswer, ActivityRequest, CallEnds, SagaRuntime } from '../engine/run/runtime.js'
import { CauseCode } from '../saga-error.js'
import { answerOfFailure, type FailureFacts, messageOf } from '../wire/failure.js'
import { longestInnerPause } from './inner-pauses.js'
import { callLocally, type OpenCall } from './local-retries.js'

type Untyped = Record<string, (...args: readonly unknown[]) => Promise<unknown>>

/** Makes the calls of a workflow. */
export function newCalls(): SagaRuntime['call'] {
  const { historyLength, unsafe } = workflowInfo()
  // Another execution came before one that begins by a replay, or whose first workflow task has more events before it than its schedule.
  const isRepeated = historyLength > eventsAtStart || unsafe.isReplaying
  return (request) => callOf(request, isRepeated && request.taskQueue === undefined ? { mayRepeat: true } : {})
}

/** The start of the workflow, the schedule of its first workflow task, and the start of that. */
const eventsAtStart = 3

/**
 * Calls an activity that may be called off: one of a task queue is then cancelled and awaited, a local one keeps its attempt. It answers
 * with a promise-like object: in a workflow each promise costs a stack trace.
 */
function callOf(request: ActivityRequest, about: Pick<ActivityAnswer, 'mayRepeat'>): PromiseLike<ActivityAnswer> {
  const { taskQueue, opened } = request
  const call = () => start(request)
  const open: OpenCall = { isHeld: false }
  const called =
    taskQueue === undefined ? callLocally(call, request, open) : opened ? callInScope(call, opened, open) : call()
  const done = (value: unknown): ActivityAnswer => ({ answer: { status: 'done', value }, blamesData: false, ...about })
  const failed = (error: unknown): ActivityAnswer => ({
    ...answerOfFailure({ ...factsOf(error), attempts: spentBy(error, request) }),
    ...(isCancellation(error) && { isCancelled: true }),
    ...(open.isHeld && wouldGoOn(error, request) && { isHeld: true }),
    ...about,
  })
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited like any other.
    then: (answered) =>
      called.then(
        (value) => answered?.(done(value)) as never,
        (error: unknown) => answered?.(failed(error)) as never,
      ),
  }
}

function callInScope<T>(call: () => Promise<T>, opened: (ends: CallEnds) => void, open: OpenCall): Promise<T> {
  const scope = new CancellationScope()
  opened({
    callOff: () => scope.cancel(),
    hold() {
      open.isHeld = true
      scope.cancel()
    },
  })
  return scope.run(call)
}

/** Reports whether a call that was held would have gone on after this failure. */
function wouldGoOn(error: unknown, { taskQueue }: ActivityRequest): boolean {
  if (isCancellation(error)) return true
  const failure = failureOf(error)
  if (failure instanceof ApplicationFailure && failure.nonRetryable) return false
  // The last attempt of a local activity is made the last by the hold itself.
  if (taskQueue === undefined || !(error instanceof ActivityFailure)) return true
  return error.retryState !== RetryState.MAXIMUM_ATTEMPTS_REACHED
}

/** The failure of an attempt; only some failures of local activities come within an ActivityFailure, and in a replay none. */
function failureOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error
}

function start(request: ActivityRequest): Promise<unknown> {
  const activity = activitiesFor(request)[request.activity] as Untyped[string]
  return activity(...request.args)
}

function activitiesFor({ summary, policy, taskQueue, opened }: ActivityRequest): Untyped {
  const { initialMs, factor, maximumMs, attempts } = policy.retry
  const options = {
    startToCloseTimeout: policy.startToCloseMs,
    summary: summary.slice(0, 200),
    retry: {
      initialInterval: initialMs,
      backoffCoefficient: factor,
      maximumInterval: maximumMs,
      ...(attempts > 0 && { maximumAttempts: attempts }),
    },
  }
  return taskQueue === undefined
    ? proxyLocalActivities<Untyped>({ ...options, localRetryThreshold: longestInnerPause(policy.retry) })
    : proxyActivities<Untyped>({
        ...options,
        taskQueue,
        // The default of the SDK does not wait, against its reference.
        ...(opened && { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED }),
      })
}

/** The number of attempts that have failed, where the policy ended the call and not its last failure. */
function spentBy(error: unknown, { policy: { retry } }: ActivityRequest): number | undefined {
  const failure = failureOf(error)
  const isFinal = failure instanceof ApplicationFailure ? failure.nonRetryable : isCancellation(failure)
  return isFinal || retry.attempts === 0 ? undefined : retry.attempts
}

function factsOf(error: unknown): FailureFacts {
  const failure = failureOf(error)
  if (failure instanceof ApplicationFailure) {
    return { type: failure.type ?? undefined, message: messageOf(failure), details: failure.details ?? undefined }
  }
  if (failure instanceof TimeoutFailure) return { type: CauseCode.Timeout, message: failure.message }
  return { message: rootCause(error) ?? String(error) }
}
