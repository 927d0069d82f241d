import { calledOff } from './called-off.js'
import { childStage } from './child-stage.js'
import { letAnswersOut } from './early-answers.js'
import { endLane, type Lane } from './lane.js'
import { type Run, type Stage, stillRunning } from './run.js'
import { runStage } from './run-stage.js'
import { turnBack } from './turn-back.js'
import { unwindBeside } from './unwind.js'
import { waitStage } from './wait-stage.js'

/** Runs the stages from `from` on for these lanes, to their ends; lanes that leave the way forward leave at their stage. */
export async function advance(run: Run, lanes: readonly Lane[], from: number): Promise<void> {
  let going = lanes
  for (let at = from; at < run.stages.length; at++) {
    const stage = run.stages[at] as Stage
    if (run.askers.size > 0) await letAnswersOut(run, going, stage)
    going = keepUncalled(run, stage, going)
    if (going.length === 0) return
    if (stage.kind === 'pivot' && !stage.steps[0].wait) {
      going = await toThePivot(run, stage, going)
    }
    if (stage.steps[0].wait) {
      await waitStage(run, stage, going, (some) => run.spawn(advance(run, some, at + 1)))
      return
    }
    for (const lane of going) lane.at = stage.steps[0].name
    run.show()
    if (stage.steps[0].child) {
      await childStage(run, stage, going, (some) => run.spawn(advance(run, some, at + 1)))
      return
    }
    going = await runStage(run, stage, going)
  }
  for (const lane of keepUncalled(run, undefined, going)) endLane(lane, 'completed')
}

/**
 * A cancel during the steps before is seen once they are durable; from the second boundary on a lost execution may have passed the
 * pivot, so a cancel that is seen later is declined.
 */
async function toThePivot(run: Run, stage: Stage, lanes: readonly Lane[]): Promise<readonly Lane[]> {
  await run.runtime.boundary()
  const going = keepUncalled(run, stage, lanes)
  if (going.length > 0) await run.runtime.boundary()
  return going
}

function keepUncalled(run: Run, stage: Stage | undefined, lanes: readonly Lane[]): readonly Lane[] {
  const turned: Lane[] = []
  for (const lane of lanes) {
    const cause = calledOff(run, stage, lane)
    if (!cause) continue
    turnBack(run, lane, cause)
    turned.push(lane)
  }
  unwindBeside(run, turned)
  return stillRunning(lanes)
}
