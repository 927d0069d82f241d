import type { CallPolicy } from '../../definition/definition.js'
import type { Code } from '../../saga-error.js'
import type { StepAnswer } from '../../wire/answer.js'

/** One activity call. */
export interface ActivityRequest {
  readonly activity: string
  readonly args: readonly unknown[]
  /** One line for people, at most 200 characters. */
  readonly summary: string
  readonly policy: CallPolicy
  /** The task queue of another worker; absent: the run's own worker, as a local activity. */
  readonly taskQueue?: string
  /**
   * Gets the function that calls the call off, before it is made. A call that is called off is not tried again, and is answered when
   * its running attempt has ended; an answer that is not definite is unknown, `SAGA_CALLED_OFF`. On Temporal the quick retries of a
   * call without a task queue count as one attempt.
   */
  readonly opened?: (callOff: () => void) => void
}

/** One child saga. */
export interface ChildRequest {
  readonly workflow: string
  readonly workflowId: string
  readonly args: readonly unknown[]
  /** Raised where the lane it is for starts over; part of every key of the child. */
  readonly attempt: number
  /** The task queue it is placed on; absent: that of its parent. */
  readonly taskQueue?: string
  /** The step it is, and the key of the lane it is for. */
  readonly step: string
  readonly lane: string
  /** Hears that the child has parked, and (`null`) that it goes on. */
  readonly heard: (parked: ChildParked | null) => void
}

/** Where a child saga is parked, and why. */
export interface ChildParked {
  readonly step: string
  readonly code: Code
}

/** A child saga that was asked for. */
export interface ChildCall {
  readonly answer: Promise<StepAnswer>
  /** Asks for the child to be cancelled; its answer comes when it has undone itself. */
  cancel(): void
}

/** What became of a call once its policy is spent; a call never rejects. */
export interface ActivityAnswer {
  readonly answer: StepAnswer
  readonly blamesData: boolean
  /**
   * Reports whether an execution whose workflow task was lost may have made the same call, which then may have taken effect: the attempts
   * of a local activity are counted from 1 again. Asked only about a refusal that no barrier stored; absent where it cannot be.
   */
  readonly mayRepeat?: () => boolean
}

/** What the engine needs from its host. Temporal and the in-memory runtime are the two implementations. */
export interface SagaRuntime {
  readonly workflowId: string
  /** Epoch milliseconds, the same in every replay. */
  now(): number
  /** Runs an activity to the end of its policy, whatever is cancelled meanwhile, unless it is called off. */
  call(request: ActivityRequest): PromiseLike<ActivityAnswer>
  /** Runs a child saga to its end; a cancellation of this run does not reach it by itself. */
  child(request: ChildRequest): ChildCall
  /** Tells the saga this run is a child of that it has parked, or (`null`) goes on; absent where there is none. Never rejects. */
  readonly tellParent?: (parked: ChildParked | null) => Promise<void>
  /** True once somebody asked for the run to be cancelled. */
  cancelRequested(): boolean
  /** Calls `heard` once, when the run's cancellation is requested. */
  whenCancelled(heard: () => void): void
  /**
   * Reports whether the run does here what this version of the library does; `false` in the replay of what an earlier one did. Asked only
   * where the two differ.
   */
  isCurrent(): boolean
  /** Resolves when the condition, looked at after every message, holds; a cancellation does not end the wait. */
  until(condition: () => boolean): Promise<void>
  /** Resolves that many milliseconds later, whatever is cancelled. */
  sleep(ms: number): Promise<void>
  /** Resolves when all that happened so far is durable: whatever crashes later, it is not executed again. */
  checkpoint(): Promise<void>
  /** True when the run has grown so long that it should go on as a new one. */
  shouldContinue(): boolean
  /** The version a run of this saga has: the newest one for a run that starts now. */
  version(saga: string, newest: number): number
  /** Shows people what the run is doing; called on changes of phase only. */
  showDetails(markdown: () => string): void
}
