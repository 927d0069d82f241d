import { refusal, stepFenced } from '../activity/refuse.js'
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
  const answer = answers[0] as LaneAnswer<TResult>
  if (answer.status === 'fenced') throw stepFenced(step)
  if (answer.status === 'refused')
    throw refusal({
      code: answer.code,
      ...(answer.details !== undefined && { details: answer.details }),
      definite: true,
      stored: true,
    })
  return ('value' in answer ? answer.value : undefined) as TResult
}
