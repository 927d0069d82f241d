import type { CallPolicy } from '../../definition/definition.js'
import type { Code } from '../../saga-error.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Blame } from '../../wire/failure.js'

/** A call of an activity, with its retries. */
export interface ActivityRequest {
  readonly activity: string
  readonly args: readonly unknown[]
  /** The line that the Temporal Web UI shows; cut at 200 characters. */
  readonly summary: string
  readonly policy: CallPolicy
  /** The task queue of another worker; absent: the run's own worker, as a local activity. */
  readonly taskQueue?: string
  /** Gets the ways to end the call before its policy does, before the call is made. */
  readonly opened?: (ends: CallEnds) => void
  /** Epoch milliseconds since when an earlier run made the call; absent: the call begins now. The pauses of an endless policy grow with it. */
  readonly since?: number
  /**
   * Called with its number as an attempt after the first begins. On Temporal only for the attempts of a local activity that follow a
   * timer: the others are the worker's, or the server's, which shows them itself.
   */
  readonly retried?: (attempt: number) => void
}

/** The ways in which a call ends before its policy does. On Temporal the quick retries of a call without a task queue count as one attempt. */
export interface CallEnds {
  /** The call is not retried: it answers when its running attempt has ended, with that attempt's answer, or at once between two attempts. */
  callOff(): void
  /** The call is not retried either; it may make one more attempt at once, and answers `isHeld` where its policy would have gone on. */
  hold(): void
}

/** A child saga to run. */
export interface ChildRequest {
  readonly workflow: string
  readonly workflowId: string
  readonly args: readonly unknown[]
  /** Raised when its lane starts over; part of every key of the child. */
  readonly attempt: number
  /** The task queue of its workflow; absent: that of its parent. */
  readonly taskQueue?: string
  /** The parent's step, and the key of the lane that has the child. */
  readonly step: string
  readonly lane: string
  /** Called when the child parks, and with `null` when it goes on. */
  readonly heard: (parked: ChildParked | null) => void
}

/** The step at which a child saga is parked, and the code of the reason. */
export interface ChildParked {
  readonly step: string
  readonly code: Code
}

/** A child saga that was requested. */
export interface ChildCall {
  readonly answer: Promise<StepAnswer>
  /** Requests the child's cancellation; its answer comes when it has undone itself. */
  cancel(): void
}

/** The answer of a call once its policy is spent, and whether it blames the lanes' data; a call never rejects. */
export interface ActivityAnswer {
  readonly answer: StepAnswer
  readonly blamesData: Blame
  /** `true` where a call-off ended the call between two attempts, or cancelled the attempt. */
  readonly isCancelled?: boolean
  /** `true` where the policy was not spent: the call was held after this failure. */
  readonly isHeld?: boolean
  /**
   * `true` where an execution whose workflow task was lost may have made the same call, which then may have taken effect: the attempts of a
   * local activity are counted from 1 again.
   */
  readonly mayRepeat?: boolean
}

/**
 * What the versions of the library do differently: the call-off of open calls, the doubt about refusals after a lost workflow task, the
 * bound of what a workflow task carries, the search in a set whose report was that of other lanes, the check of the result of a `resolve`,
 * the lanes that are held so that a run continues as new, deadlines that are met between two local activities, with timers that are set
 * again or cancelled for them, the refusal of two inputs with one key, continuing as new where the workflow function catches it, `verify`
 * for a lane that is called off while others are being called, and the estimate of a start.
 */
type Change =
  | 'call-off'
  | 'lost-task'
  | 'task-bound'
  | 'report-search'
  | 'checked-result'
  | 'carry'
  | 'on-time'
  | 'distinct-keys'
  | 'uncaught'
  | 'asked-alone'
  | 'estimate'

/** Short texts that a run keeps in its history for executions of another definition. */
export interface Notes {
  /** The texts that history has here; in a replay with those of the rest of the workflow task. */
  all(): Iterable<string>
  has(text: string): boolean
  /** Keeps a text, once; reports whether history has it now, which is `false` in the replay of what kept none. */
  add(text: string): boolean
}

/** A timer that was set. */
export interface Timer {
  /** Resolves when the timer has rung, or was cancelled. */
  readonly over: Promise<void>
  cancel(): void
}

/** The host of the engine; Temporal and the in-memory runtime are the two implementations. */
export interface SagaRuntime {
  readonly workflowId: string
  /** Epoch milliseconds at which the run began, the same in every replay. */
  readonly begunAt: number
  /**
   * Epoch milliseconds. A replay has the same where the last awaited answer of a local activity is delivered; elsewhere it may be ahead,
   * since it delivers what a workflow task has seen at once.
   */
  now(): number
  /** Runs an activity to the end of its policy; a cancellation does not end it, a call-off does. */
  call(request: ActivityRequest): PromiseLike<ActivityAnswer>
  /** Runs a child saga to its end; a cancellation of this run does not reach it by itself. */
  child(request: ChildRequest): ChildCall
  /** Tells the parent saga that this run has parked, or (`null`) goes on; absent in a run without a parent. Never rejects. */
  readonly tellParent?: (parked: ChildParked | null) => Promise<void>
  /** `true` once the run's cancellation was requested. */
  cancelRequested(): boolean
  /** Calls `heard` once, when the run's cancellation is requested. */
  whenCancelled(heard: () => void): void
  /**
   * Reports whether the run does here what this version of the library does; `false` in the replay of what a version before the change
   * did. Asked only where the two differ.
   */
  isCurrent(change: Change): boolean
  readonly notes: Notes
  /** Logs a warning at the worker; in a replay only the check of histories hears it. */
  warn(message: string): void
  /** Resolves when the condition holds, checked after every message; a cancellation does not end the wait. */
  until(condition: () => boolean): Promise<void>
  /** Resolves after so many milliseconds; a cancellation does not end the sleep. */
  sleep(ms: number): Promise<void>
  /** Sets a timer for after so many milliseconds; a cancellation of the run does not reach it. */
  timer(ms: number): Timer
  /** Resolves when everything that has happened is in history, so that no crash makes it happen again. */
  checkpoint(): Promise<void>
  /** `true` when the history is so long that the run should continue as new. */
  shouldContinue(): boolean
  /** The version of this run of the saga; the newest one for a run that starts now. */
  version(saga: string, newest: number): number
  /** Sets the details that the Temporal Web UI shows; called on changes of phase only. */
  showDetails(markdown: () => string): void
}
