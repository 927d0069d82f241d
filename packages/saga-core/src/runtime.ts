import type { StepAnswer } from './answer.js'

/** How a call is timed and retried; all times in milliseconds. */
export interface CallPolicy {
  /** The longest one attempt may take. */
  readonly startToCloseMs: number
  readonly retry: RetryPolicy
}

/** Backoff between attempts. */
export interface RetryPolicy {
  readonly initialMs: number
  readonly factor: number
  readonly maximumMs: number
  /** Attempts in all; 0 is without limit. */
  readonly attempts: number
}

/** One activity call. */
export interface ActivityRequest {
  readonly activity: string
  readonly args: readonly unknown[]
  /** One line for people, at most 200 characters. */
  readonly summary: string
  readonly policy: CallPolicy
}

/** What became of a call once its policy is spent; a call never rejects. */
export type ActivityAnswer = { readonly answer: StepAnswer; readonly blamesData: boolean }

/** What the engine needs from its host. Temporal and the in-memory runtime are the two implementations. */
export interface SagaRuntime {
  readonly workflowId: string
  /** Runs an activity to the end of its policy, whatever is cancelled meanwhile. */
  call(request: ActivityRequest): Promise<ActivityAnswer>
  /** True once somebody asked for the run to be cancelled. */
  cancelRequested(): boolean
  /** Resolves when the condition, looked at after every message, holds; a cancellation does not end the wait. */
  until(condition: () => boolean): Promise<void>
  /** Resolves when all that happened so far is durable: whatever crashes later, it is not executed again. */
  boundary(): Promise<void>
  /** Shows people what the run is doing; called on changes of phase only. */
  showDetails(markdown: () => string): void
}
