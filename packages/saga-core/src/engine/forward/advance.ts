import { rollBack } from '../back/roll-back.js'
import { unwindBeside } from '../back/unwind.js'
import { calledOff } from '../called-off.js'
import { letAnswersOut } from '../early-returns.js'
import { endLane, type Lane } from '../lane.js'
import { type Run, type Stage, stillRunning } from '../run.js'
import { childStage } from './child-stage.js'
import { runStage } from './run-stage.js'
import { waitStage } from './wait-stage.js'

/**
 * Takes lanes through the stages from `from` on, to their ends; lanes that leave the way forward leave at their stage. It waits for
 * nothing: what has been asked goes on with its answer, and without a promise of its own, since in a workflow each costs a stack trace.
 */
export function advance(run: Run, lanes: readonly Lane[], from: number): void {
  if (lanes.length === 0) return
  const stage = run.stages[from]
  if (!stage) for (const lane of keepUncalled(run, undefined, lanes)) endLane(lane, 'completed')
  else if (run.askers.size > 0 || callsPivot(stage)) run.spawn(approach(run, stage, lanes, from))
  else enter(run, stage, keepUncalled(run, stage, lanes), from)
}

const callsPivot = ({ kind, steps: [first] }: Stage): boolean => kind === 'pivot' && !first.wait

async function approach(run: Run, stage: Stage, lanes: readonly Lane[], at: number): Promise<void> {
  if (run.askers.size > 0) await letAnswersOut(run, lanes, stage)
  const going = keepUncalled(run, stage, lanes)
  enter(run, stage, callsPivot(stage) && going.length > 0 ? await toThePivot(run, stage, going) : going, at)
}

function enter(run: Run, stage: Stage, lanes: readonly Lane[], at: number): void {
  if (lanes.length === 0) return
  const onward = (some: readonly Lane[]) => advance(run, some, at + 1)
  const [{ name, wait, child }] = stage.steps
  if (wait) {
    run.spawn(waitStage(run, stage, lanes, onward))
    return
  }
  for (const lane of lanes) lane.at = name
  run.show()
  if (child) run.spawn(childStage(run, stage, lanes, onward))
  else runStage(run, stage, lanes, onward)
}

/**
 * A cancel during the steps before is seen once they are durable; from the second checkpoint on a lost execution may have passed the
 * pivot, so a cancel that is seen later is declined.
 */
async function toThePivot(run: Run, stage: Stage, lanes: readonly Lane[]): Promise<readonly Lane[]> {
  await run.runtime.checkpoint()
  const going = keepUncalled(run, stage, lanes)
  if (going.length > 0) await run.runtime.checkpoint()
  return going
}

function keepUncalled(run: Run, stage: Stage | undefined, lanes: readonly Lane[]): readonly Lane[] {
  const turned: Lane[] = []
  for (const lane of lanes) {
    const cause = calledOff(run, stage, lane)
    if (!cause) continue
    rollBack(run, lane, cause)
    turned.push(lane)
  }
  unwindBeside(run, turned)
  return stillRunning(lanes)
}
