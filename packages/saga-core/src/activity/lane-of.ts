import type { LaneCall } from '../definition/activity-types.js'
import type { SetLane } from '../wire/set-wise.js'
import type { ResultIn, UndoIn } from '../wire/with-undo.js'

/** The lane of a per-lane call in the form of a set-wise call. */
export function laneOf<TArg, TReturn>(call: LaneCall, arg: TArg): SetLane<TArg, TReturn> {
  const { lane, known, undo, cause, intent } = call
  return {
    key: lane,
    arg,
    ...(known && { known }),
    ...('result' in call && { result: call.result as ResultIn<TReturn> }),
    ...(undo !== undefined && { undo: undo as UndoIn<TReturn> }),
    ...(cause && { cause }),
    ...(intent && { intent }),
  }
}
