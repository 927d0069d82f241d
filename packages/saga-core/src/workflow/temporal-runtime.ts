import {
  CancellationScope,
  CancelledFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  condition,
  deprecatePatch,
  executeChild,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  patched,
  rootCause,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js'
import type { ChildCall, ChildParked, ChildRequest, Notes, SagaRuntime, Timer } from '../engine/run/runtime.js'
import type { StepAnswer } from '../wire/answer.js'
import { type RunMemo, runMemoKey, toRunMemo } from '../wire/run-memo.js'
import { warningMark } from '../wire/warning.js'
import { newCalls } from './activity-call.js'
import { type ChildNews, sagaChildSignal } from './messages.js'
import { OwnScope } from './scopes.js'

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
    begunAt: workflowInfo().startTime.getTime(),
    now: () => Date.now(),
    call: newCalls(),
    isCurrent: (change) => patched(`saga-core/${change}`),
    notes: newNotes(),
    warn: (message) => log.error(message, { [warningMark]: true }),
    child(request) {
      const { workflowId, heard } = request
      children.set(workflowId, heard)
      const { answer, cancel } = startChild(request)
      return { answer: answer.finally(() => children.delete(workflowId)), cancel }
    },
    hear: ({ child, parked }) => children.get(child)?.(parked),
    ...(tellParent && { tellParent }),
    cancelRequested: () => scope.consideredCancelled,
    whenCancelled: (heard) => {
      scope.cancelRequested.catch(heard)
    },
    cancellation: scope.cancelRequested,
    until: condition,
    sleep,
    timer,
    // A timer ends the workflow task, and with it the markers of its local activities enter history.
    checkpoint: () => sleep(1),
    shouldContinue: () => workflowInfo().continueAsNewSuggested,
    version: versionOf,
    showDetails: (markdown) => setCurrentDetails(markdown()),
  }
}

/**
 * Keeps notes as markers of deprecated patches: a replay tells their names ahead, and goes on where the code asks for none of them, as
 * that of another definition does.
 */
function newNotes(): Notes {
  const mark = 'saga-core/note/'
  // The SDK's own set, which it does not export.
  const { knownPresentPatches } = getActivator() as unknown as { readonly knownPresentPatches: ReadonlySet<string> }
  const added = new Set<string>()
  const has = (text: string) => added.has(text) || knownPresentPatches.has(mark + text)
  return {
    *all() {
      for (const patch of knownPresentPatches) if (patch.startsWith(mark)) yield patch.slice(mark.length)
    },
    has,
    add(text) {
      const isKept = has(text) || !workflowInfo().unsafe.isReplaying
      if (!isKept || added.has(text)) return isKept
      deprecatePatch(mark + text)
      added.add(text)
      return true
    },
  }
}

/** Sets a timer in a scope of its own, which cancels it. */
function timer(ms: number): Timer {
  const scope = new OwnScope()
  const over = scope.run(() => sleep(ms)).catch(() => undefined)
  return { over, cancel: () => scope.cancel() }
}

/**
 * Takes over the cancellation of the run that continued as this one, as if it had been requested again: scopes are cancelled, and a run
 * that fails with a CancelledFailure ends cancelled.
 */
export function takeOverCancellation(): void {
  getActivator().cancelWorkflow({})
}

/**
 * Ends the workflow, or its task, with an error at once, as if its function had thrown it: a function that catches the error changes nothing,
 * since the commands that it still makes are not sent.
 */
export function endWith(error: unknown): void {
  const activator = getActivator()
  activator.handleWorkflowFailure(error)
  activator.pushCommand = () => undefined
}

/** The version that the run started with: one `patched` marker, and none for a saga of version 1. */
function versionOf(saga: string, newest: number): number {
  for (let version = newest; version > 1; version--) if (patched(`saga-core/${saga}/v${version}`)) return version
  return 1
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
