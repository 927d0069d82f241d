import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
  rootCause,
  sleep,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow'
import type { RetryPolicy } from '../definition/definition.js'
import type { ActivityAnswer, ActivityRequest, SagaRuntime } from '../engine/run/runtime.js'
import { CauseCode } from '../saga-error.js'
import { answerOfCalledOff, answerOfFailure, type FailureFacts } from '../wire/failure.js'
import { burstAfter } from './local-bursts.js'

type Untyped = Record<string, (...args: readonly unknown[]) => Promise<unknown>>

/** Takes the answer of a call. */
type Answered = (answer: ActivityAnswer) => void

/** See {@link SagaRuntime.isCurrent}: what the versions do differently began with the call-off of open calls. */
export function isCurrent(): boolean {
  return patched('saga-core/call-off')
}

/** Makes the calls of a workflow; they answer with promise-like objects: in a workflow each promise costs a stack trace. */
export function newCalls(): SagaRuntime['call'] {
  const { historyLength, unsafe } = workflowInfo()
  // Another execution came before one that begins by a replay, or whose first workflow task has more events before it than its schedule.
  const isFirst = historyLength <= eventsAtStart && !unsafe.isReplaying
  const mayRepeat = () => !isFirst && patched('saga-core/lost-task')
  return (request) => {
    const { taskQueue, opened } = request
    if (taskQueue !== undefined) return opened ? callInScope(request, opened) : callThrough(request)
    const called = opened ? callInBursts(request, opened) : callThrough(request)
    return isFirst
      ? called
      : whenAnswered((answered) => void called.then((answer) => answered({ ...answer, mayRepeat })))
  }
}

/** The start of the workflow, the schedule of its first workflow task, and the start of that. */
const eventsAtStart = 3

function callThrough(request: ActivityRequest): PromiseLike<ActivityAnswer> {
  const called = start(request, request.policy.retry)
  return whenAnswered((answered) => settle(called, answered, (error) => answered(answerOfFailure(factsOf(error)))))
}

/** Calls an activity of a task queue in a scope of its own, whose cancellation cancels the activity and awaits its attempt. */
function callInScope(
  request: ActivityRequest,
  opened: NonNullable<ActivityRequest['opened']>,
): PromiseLike<ActivityAnswer> {
  const scope = new CancellationScope()
  opened(() => scope.cancel())
  const called = scope.run(() => start(request, request.policy.retry))
  const failed = (error: unknown) => {
    if (!scope.consideredCancelled) return answerOfFailure(factsOf(error))
    return answerOfCalledOff(isCancellation(error) ? undefined : factsOf(error))
  }
  return whenAnswered((answered) => settle(called, answered, (error) => answered(failed(error))))
}

/**
 * Calls a local activity in bursts of attempts, with timers between them: a local activity that ended as it is cancelled would fail its
 * workflow task at every attempt, so a call-off ends a pause, or comes into force at the end of the running burst.
 */
function callInBursts(
  request: ActivityRequest,
  opened: NonNullable<ActivityRequest['opened']>,
): PromiseLike<ActivityAnswer> {
  const { retry } = request.policy
  let isOff = false
  let endPause = (): void => undefined
  opened(() => {
    isOff = true
    endPause()
  })
  if (isOff) return Promise.resolve(answerOfCalledOff())

  function follow(called: Promise<unknown>, before: number, answered: Answered): void {
    settle(called, answered, (error) => {
      const facts = factsOf(error)
      const { retry: burst, pauseMs } = burstAfter(retry, before)
      const made = before + burst.attempts
      const isSpent = made === retry.attempts || !isRetryable(error)
      if (isOff) answered(answerOfCalledOff(facts))
      else if (isSpent || !isCurrent()) answered(answerOfFailure(facts))
      else
        pause(pauseMs).then(
          () => follow(start(request, burstAfter(retry, made).retry), made, answered),
          () => answered(answerOfCalledOff(facts)),
        )
    })
  }

  /** Rejects when the call is called off. */
  function pause(ms: number): Promise<void> {
    const scope = new CancellationScope()
    endPause = () => scope.cancel()
    return scope.run(() => sleep(ms))
  }

  const first = start(request, burstAfter(retry, 0).retry)
  return whenAnswered((answered) => follow(first, 0, answered))
}

/** Reports whether the activity would be tried again, had it attempts left. */
function isRetryable(error: unknown): boolean {
  const failure = failureOf(error)
  return failure instanceof ApplicationFailure ? !failure.nonRetryable : failure instanceof TimeoutFailure
}

/** The failure of an attempt; only some failures of local activities come within an ActivityFailure, and in a replay none. */
function failureOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error
}

function whenAnswered(follow: (answered: Answered) => void): PromiseLike<ActivityAnswer> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited like any other.
    then: (answered) => follow((answer) => answered?.(answer)) as never,
  }
}

function settle(called: Promise<unknown>, answered: Answered, failed: (error: unknown) => void): void {
  void called.then((value) => answered({ answer: { status: 'done', value }, blamesData: false }), failed)
}

/** Starts the activity, with this policy in place of the request's. */
function start(request: ActivityRequest, retry: RetryPolicy): Promise<unknown> {
  const activity = activitiesFor(request, retry)[request.activity] as Untyped[string]
  return activity(...request.args)
}

function activitiesFor({ summary, policy, taskQueue, opened }: ActivityRequest, retry: RetryPolicy): Untyped {
  const { initialMs, factor, maximumMs, attempts } = retry
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
    ? proxyLocalActivities<Untyped>({ ...options, localRetryThreshold: '1s' })
    : proxyActivities<Untyped>({
        ...options,
        taskQueue,
        // The default of the SDK does not wait, against its reference.
        ...(opened && { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED }),
      })
}

function factsOf(error: unknown): FailureFacts {
  const failure = failureOf(error)
  if (failure instanceof ApplicationFailure) {
    return { type: failure.type ?? undefined, message: failure.message, details: failure.details ?? undefined }
  }
  if (failure instanceof TimeoutFailure) return { type: CauseCode.Timeout, message: failure.message }
  return { message: rootCause(error) ?? String(error) }
}
