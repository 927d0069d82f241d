import { defineQuery, defineUpdate } from '@temporalio/workflow'
import type { LaneState, SagaState } from '../state/saga-state.js'

/** A run's counts and its lanes that are not simply done. */
export const sagaStateQuery = defineQuery<SagaState>('sagaState')

/** One lane of a run, or `null` when the run does not have it. */
export const sagaLaneQuery = defineQuery<LaneState | null, [key: string]>('sagaLane')

/** What an operator says when parked lanes are to be tried again. */
export interface RetryParked {
  /** All parked lanes when left out. */
  readonly lanes?: readonly string[]
  readonly actor: string
  readonly reason: string
}

/** Takes parked lanes up where they stopped; answers how many. */
export const retryParkedUpdate = defineUpdate<number, [RetryParked]>('sagaRetry')
