import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  patched,
  proxyActivities,
  proxyLocalActivities,
  rootCause,
  setCurrentDetails,
  sleep,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow'
import type {
  ActivityAnswer,
  ActivityRequest,
  ChildCall,
  ChildParked,
  ChildRequest,
  SagaRuntime,
} from '../engine/run/runtime.js'
import { CauseCode } from '../saga-error.js'
import type { StepAnswer } from '../wire/answer.js'
import { answerOfCalledOff, answerOfFailure } from '../wire/failure.js'
import { type RunMemo, runMemoKey, toRunMemo } from '../wire/run-memo.js'
import { type ChildNews, sagaChildSignal } from './messages.js'

type Untyped = Record<string, (...args: readonly unknown[]) => Promise<unknown>>

/** The runtime of a workflow. */
export interface TemporalRuntime extends SagaRuntime {
  /** Rejects with the CancelledFailure of the run, once it is cancelled. */
  readonly cancellation: Promise<never>
  /** Takes a notice of a child saga. */
  readonly hear: (news: ChildNews) => void
}

/** The runtime of the current workflow; its calls are made in a scope that the cancellation of the current scope does not reach. */
export function temporalRuntime(): TemporalRuntime {
  const scope = CancellationScope.current()
  const children = new Map<string, ChildRequest['heard']>()
  const tellParent = toParent()
  return {
    workflowId: workflowInfo().workflowId,
    now: () => Date.now(),
    call,
    child(request) {
      const { workflowId, heard } = request
      children.set(workflowId, heard)
      const { answer, cancel } = startChild(request)
      return { answer: answer.finally(() => children.delete(workflowId)), cancel }
    },
    hear: ({ child, parked }) => children.get(child)?.(parked),
    ...(tellParent && { tellParent }),
    cancelRequested: () => scope.consideredCancelled,
    cancellation: scope.cancelRequested,
    until: condition,
    sleep,
    // A timer ends the workflow task, and with it the markers of its local activities enter history.
    checkpoint: () => sleep(1),
    shouldContinue: () => workflowInfo().continueAsNewSuggested,
    version: versionOf,
    showDetails: (markdown) => setCurrentDetails(markdown()),
  }
}

/** The version that the run started with: one `patched` marker, and none for a saga of version 1. */
function versionOf(saga: string, newest: number): number {
  for (let version = newest; version > 1; version--) if (patched(`saga-core/${saga}/v${version}`)) return version
  return 1
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
    ? proxyLocalActivities<Untyped>({ ...options, localRetryThreshold: '1s' })
    : proxyActivities<Untyped>({
        ...options,
        taskQueue,
        // The default of the SDK does not wait, against its reference.
        ...(opened && { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED }),
      })
}

/** Calls an activity, and answers with a promise-like object, which is no further promise. */
function call(request: ActivityRequest): PromiseLike<ActivityAnswer> {
  const { args } = request
  const activity = activitiesFor(request)[request.activity] as Untyped[string]
  const scope = scopeOf(request)
  const called = scope ? scope.run(() => activity(...args)) : activity(...args)
  const done = (value: unknown): ActivityAnswer => ({ answer: { status: 'done', value }, blamesData: false })
  const failed = (error: unknown): ActivityAnswer =>
    scope?.consideredCancelled ? answerOfCalledOff(factsOf(error)) : answerOfFailure(factsOf(error))
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited like any other.
    then: (answered) =>
      called.then(
        (value) => answered?.(done(value)) as never,
        (error: unknown) => answered?.(failed(error)) as never,
      ),
  }
}

/**
 * The scope of a call that may be called off, which cancels its activity and awaits it. A local activity that has begun goes on: if it
 * ended while it is cancelled, the SDK would fail the workflow task at every attempt.
 */
function scopeOf({ taskQueue, opened }: ActivityRequest): CancellationScope | undefined {
  if (!opened) return undefined
  const scope = new CancellationScope()
  let isLocalUnderWay = false
  opened(() => {
    if (!isLocalUnderWay) scope.cancel()
  })
  isLocalUnderWay = taskQueue === undefined
  return scope
}

function factsOf(error: unknown) {
  const failure = error instanceof ActivityFailure ? error.cause : error
  if (failure instanceof ApplicationFailure) {
    return { type: failure.type ?? undefined, message: failure.message, details: failure.details ?? undefined }
  }
  if (failure instanceof TimeoutFailure) return { type: CauseCode.Timeout, message: failure.message }
  return { message: rootCause(error) ?? String(error) }
}

/** Signals the parent saga of this run; a parent that has closed is ignored. */
function toParent(): SagaRuntime['tellParent'] {
  const { parent, memo, workflowId } = workflowInfo()
  if (!parent || !toRunMemo(memo).child) return undefined
  const handle = getExternalWorkflowHandle(parent.workflowId)
  return (parked: ChildParked | null) =>
    handle.signal(sagaChildSignal, { child: workflowId, parked }).catch(() => undefined)
}

/** The memo of a child, with its parent's search attributes. */
function memoOfChild(attempt: number): RunMemo {
  return {
    attempt,
    attributes: toRunMemo(workflowInfo().memo).attributes,
    child: true,
  }
}

/** Starts a child in a scope of its own, which the engine can cancel. */
function startChild(request: ChildRequest): ChildCall {
  const scope = new CancellationScope()
  return { answer: scope.run(() => runChild(request)), cancel: () => scope.cancel() }
}

async function runChild({ workflow, workflowId, attempt, taskQueue, args }: ChildRequest): Promise<StepAnswer> {
  try {
    const value: unknown = await executeChild(workflow, {
      workflowId,
      args: [...args],
      ...(taskQueue !== undefined && { taskQueue }),
      memo: { [runMemoKey]: memoOfChild(attempt) },
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      // The child of a terminated parent goes on, and ends as a saga does.
      parentClosePolicy: ParentClosePolicy.ABANDON,
    })
    return { status: 'done', value }
  } catch (error) {
    const cancelled =
      error instanceof CancelledFailure ||
      (error instanceof ChildWorkflowFailure && error.cause instanceof CancelledFailure)
    // A cancelled saga has run its compensations.
    if (cancelled) return { status: 'refused', code: 'SAGA_CHILD_CANCELLED' }
    return { status: 'unknown', code: 'SAGA_CHILD_FAILED', message: rootCause(error) ?? String(error) }
  }
}

/** A scope that no cancellation reaches; `CancellationScope.nonCancellable` makes two more promises. */
export class Shield extends CancellationScope {
  constructor() {
    super({ cancellable: false })
  }

  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }
}
