import type { LaneEnd, Parked, ToldCause } from './outcome.js'

/**
 * The state of a step before its saga has ended. `done`: the step is through, with its result (`undefined` if the lane left it out);
 * before the pivot the lane may still roll back. `compensating`, `parked`, `ended`: the lane rolls back, is parked, or has ended, so the
 * result will not come, or not soon.
 */
export type EarlyReturn<TResult = unknown> =
  | { readonly status: 'done'; readonly result: TResult }
  | { readonly status: 'compensating'; readonly cause: ToldCause }
  | { readonly status: 'parked'; readonly parked: Parked; readonly cause?: ToldCause }
  | ({ readonly status: 'ended' } & LaneEnd)

/** The step of a lane that a caller waits for. */
export interface EarlyQuestion {
  readonly lane: string
  readonly step: string
}
