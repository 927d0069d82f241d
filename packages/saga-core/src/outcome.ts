import type { Json } from './columns.js'

/** Why a lane turned back. */
export interface Cause {
  readonly kind: 'refused' | 'unknown' | 'fenced' | 'cancelled' | 'invalid'
  readonly code: string
  /** The step that answered so; absent for a cancellation. */
  readonly step?: string
  readonly message?: string
  readonly details?: Json
}

/** How a lane ended; a lane that is parked or compensating has not ended. */
export type Outcome = 'completed' | 'refused' | 'failed' | 'cancelled' | 'duplicate'

/**
 * What became of one step's compensation. `armed`: it would run if the lane turned back; `owed`: it waits for a stuck one;
 * `stuck`: its retries are spent; the others are settled.
 */
export type CompensationState = 'armed' | 'owed' | 'stuck' | 'done' | 'notNeeded'

/** The end of one lane. */
export interface LaneEnd {
  readonly key: string
  readonly outcome: Outcome
  readonly cause?: Cause
  readonly compensations?: { readonly [step: string]: CompensationState }
}

/** The value of a batch run: how many lanes completed, and each lane that did not. */
export interface SagaReport {
  readonly saga: string
  readonly version: number
  readonly lanes: number
  readonly completed: number
  readonly except: readonly LaneEnd[]
}
