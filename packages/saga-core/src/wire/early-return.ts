import type { Parked } from '../engine/lane.js'
import type { LaneEnd, ToldCause } from './outcome.js'

/**
 * What is known of a step before its saga has ended. `done`: it is through, with its result (`undefined` where the lane left it out);
 * unless it is the pivot or a later step, the lane may still roll back. The others say that the step will not come, or not soon:
 * the lane rolled back, waits for an operator, or has ended.
 */
export type EarlyReturn<TResult = unknown> =
  | { readonly status: 'done'; readonly result: TResult }
  | { readonly status: 'compensating'; readonly cause: ToldCause }
  | { readonly status: 'parked'; readonly parked: Parked; readonly cause?: ToldCause }
  | ({ readonly status: 'ended' } & LaneEnd)

/** Which step of which lane somebody wants to know of. */
export interface EarlyQuestion {
  readonly lane: string
  readonly step: string
}
