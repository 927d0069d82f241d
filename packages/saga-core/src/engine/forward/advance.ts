import type { Stage } from '../../definition/stages.js'
import { rollBackWhere } from '../back/roll-back-where.js'
import { calledOff } from '../run/called-off.js'
import { letAnswersOut } from '../run/early-returns.js'
import { holdAt } from '../run/holding.js'
import { endLane, type Lane } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { childStage } from './child-stage.js'
import { runStage } from './run-stage.js'
import { waitStage } from './wait-stage.js'

/**
 * Takes lanes through the stages from `from` on, to their ends; a lane that rolls back or parks leaves at its stage. It returns at once:
 * each stage calls the next one with its answers, without a promise of its own, as {@link TickRuntime} does. Where the run is to continue as
 * new, the lanes are held before their stage.
 */
export function advance(run: Run, lanes: readonly Lane[], from: number): void {
  if (lanes.length === 0) return
  const stage = run.stages[from]
  if (!stage) for (const lane of keepUncalled(run, undefined, lanes)) endLane(lane, 'completed')
  else if (run.holds()) holdAt(run, stage, lanes)
  else if (run.callers.size > 0 || callsPivot(stage)) run.spawn(approach(run, stage, lanes, from))
  else enter(run, stage, keepUncalled(run, stage, lanes), from)
}

function callsPivot({ kind, steps: [first] }: Stage): boolean {
  return kind === 'pivot' && !first.wait
}

async function approach(run: Run, stage: Stage, lanes: readonly Lane[], at: number): Promise<void> {
  if (run.callers.size > 0) await letAnswersOut(run, lanes, stage)
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
 * Makes the two checkpoints before the pivot. After the first, the answers of the earlier steps are in history, and a cancel that arrived
 * during them rolls the lane back. The second starts the workflow task that calls the pivot: a worker that dies in that task may have
 * called it, so a later cancel is declined.
 */
async function toThePivot(run: Run, stage: Stage, lanes: readonly Lane[]): Promise<readonly Lane[]> {
  await run.runtime.checkpoint()
  const going = keepUncalled(run, stage, lanes)
  if (going.length > 0) await run.runtime.checkpoint()
  return going
}

function keepUncalled(run: Run, stage: Stage | undefined, lanes: readonly Lane[]): readonly Lane[] {
  return rollBackWhere(run, lanes, (lane) => calledOff(run, stage, lane))
}
