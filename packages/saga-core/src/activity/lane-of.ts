import type { LaneCall } from '../activity-types.js'
import type { SetLane } from '../wire.js'

/** The lane of a per-lane call as a set-wise one has it, with all it is told. */
export const laneOf = <TArg, TResult>(call: LaneCall, arg: TArg): SetLane<TArg, TResult> => {
  const { lane, known, cause, intent } = call
  return {
    key: lane,
    arg,
    ...(known && { known }),
    ...('result' in call && { result: call.result as TResult }),
    ...(cause && { cause }),
    ...(intent && { intent }),
  }
}
