import { laneOf } from '../activity/lane-of.js'
import { laneResult } from '../activity/lane-result.js'
import type { LaneCall } from '../definition/activity-types.js'
import type { LaneAnswer } from '../wire/answer.js'
import type { BarrierScript } from './barrier-script.js'

/** Runs a script for one lane, and says what is not done as the failures a per-lane activity throws. */
export async function runLane<TArg, TResult>(
  run: BarrierScript<TArg, TResult>['run'],
  call: LaneCall,
  arg: TArg,
): Promise<TResult> {
  const answers = await run(call, [laneOf(call, arg)])
  return laneResult(call.step, answers[0] as LaneAnswer<TResult>)
}
