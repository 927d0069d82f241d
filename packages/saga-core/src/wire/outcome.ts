import type { Code } from '../saga-error.js'
import type { Json } from './columns.js'

/** The reason for which a lane rolled back, in reports, states and calls. */
export interface ToldCause {
  readonly kind: 'refused' | 'unknown' | 'fenced' | 'cancelled' | 'expired' | 'aborted' | 'invalid'
  readonly code: string
  /** The step whose answer it is; absent for a cancellation, a deadline and an abort. */
  readonly step?: string
  readonly message?: string
  readonly details?: Json
  /** `true` for a refusal that a barrier stored. */
  readonly stored?: boolean
  /** Further failures of the same parallel group; the failure of a step about which its `verify` was asked. */
  readonly others?: readonly ToldCause[]
}

/** A cause that the engine makes: its code is one of saga-core's own, or was given. */
export interface Cause extends ToldCause {
  readonly code: Code
  readonly others?: readonly Cause[]
}

/** The reason for which a lane is parked. */
export interface Parked {
  readonly phase: 'action' | 'compensation'
  readonly step: string
  readonly code: Code
  readonly message: string
  /** The number of attempts of a stuck compensation whose retries are spent. */
  readonly attempts?: number
  /** The details of the refusal of a stuck compensation. */
  readonly details?: Json
  /** The workflow id of the child saga whose parked lane parks this one; operations go to that run. */
  readonly child?: string
}

/** The end of a lane; a lane that is parked or compensating has not ended. */
export type Outcome = 'completed' | 'refused' | 'failed' | 'expired' | 'cancelled' | 'duplicate' | 'abandoned'

/**
 * The state of one step's compensation. `armed`: it would run if the lane rolled back; `owed`: it waits until later steps are compensated;
 * `unconfirmed`: it answered `pending`, and is called again until it is done; `stuck`: its retries are spent, or it was refused; the
 * others are final.
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

/** The outcome of one lane, with its cause and the states of its compensations. */
export interface LaneEnd {
  readonly key: string
  readonly outcome: Outcome
  readonly cause?: ToldCause
  readonly compensations?: { readonly [step: string]: CompensationState }
  /** Optional steps that failed. */
  readonly partly?: readonly string[]
}

/** The result of a batch run: the number of completed lanes, and each lane that did not simply complete. */
export interface SagaReport {
  readonly saga: string
  readonly version: number
  readonly lanes: number
  readonly completed: number
  readonly except: readonly LaneEnd[]
  /** Present when the whole report is over 1 MiB: causes are then cut to kind, step and code. */
  readonly cut?: {
    /** Number of lanes by outcome, of those in `except` and those left out of it. */
    readonly outcomes: { readonly [outcome: string]: number }
    /** Number of lanes left out of `except`. */
    readonly omitted: number
  }
}
