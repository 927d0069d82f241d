import { laneResult } from '../activity/lane-result.js'
import type { LaneCall } from '../activity-types.js'
import type { LaneAnswer } from '../answer.js'
import type { BarrierScript } from './barrier-script.js'

/** Runs a script for one lane, and says a refusal and a fence as the failures a per-lane activity throws. */
export async function runLane<TArg, TResult>(
  run: BarrierScript<TArg, TResult>['run'],
  call: LaneCall,
  arg: TArg,
): Promise<TResult> {
  const { saga, step, phase, workflowId, lane } = call
  const one = { key: lane, arg, ...('result' in call && { result: call.result as TResult }) }
  const answers = await run({ saga, step, phase, workflowId }, [one])
  return laneResult(step, answers[0] as LaneAnswer<TResult>)
}
