import type { Code } from '../saga-error.js'
import type { Json } from './columns.js'

/** The reason for which a lane rolled back, as reports, states and calls tell it. */
export interface ToldCause {
  readonly kind: 'refused' | 'unknown' | 'fenced' | 'cancelled' | 'expired' | 'aborted' | 'invalid'
  readonly code: string
  /** The step that answered so; absent for a cancellation, a deadline and an abort. */
  readonly step?: string
  readonly message?: string
  readonly details?: Json
  /** A refusal that a barrier keeps: every attempt meets it. */
  readonly stored?: boolean
  /** What else failed at the same time, in a parallel group. */
  readonly others?: readonly ToldCause[]
}

/** A cause as the engine makes it: its code is one of saga-core's own, or came from an activity. */
export interface Cause extends ToldCause {
  readonly code: Code
  readonly others?: readonly Cause[]
}

/** How a lane ended; a lane that is parked or compensating has not ended. */
export type Outcome = 'completed' | 'refused' | 'failed' | 'expired' | 'cancelled' | 'duplicate' | 'abandoned'

/**
 * What became of one step's compensation. `armed`: it would run if the lane rolled back; `owed`: it waits for its turn or for a
 * stuck one; `unconfirmed`: it was asked for, and is asked again until it is known to be done; `stuck`: its retries are spent, or it was
 * refused; the others are settled.
 */
export type CompensationState =
  | 'armed'
  | 'owed'
  | 'unconfirmed'
  | 'stuck'
  | 'done'
  | 'notNeeded'
  | 'skipped'
  | 'resolved'

/** The end of one lane. */
export interface LaneEnd {
  readonly key: string
  readonly outcome: Outcome
  readonly cause?: ToldCause
  readonly compensations?: { readonly [step: string]: CompensationState }
  /** Optional steps that failed on the way. */
  readonly partly?: readonly string[]
}

/** The value of a batch run: how many lanes completed, and each lane that did not simply complete. */
export interface SagaReport {
  readonly saga: string
  readonly version: number
  readonly lanes: number
  readonly completed: number
  readonly except: readonly LaneEnd[]
  /** There only where the whole report would not fit into one payload: causes are then cut to kind, step and code. */
  readonly cut?: {
    /** Lanes by outcome, of those that are in `except` or were left out of it. */
    readonly outcomes: { readonly [outcome: string]: number }
    /** How many lanes were left out of `except`. */
    readonly omitted: number
  }
}
