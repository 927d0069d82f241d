import type { Cause } from '../outcome.js'
import { ownershipStep } from '../ownership.js'
import { calledOff } from './called-off.js'
import type { Lane } from './lane.js'
import { type Run, type Stage, stageAt } from './run.js'
import { turnBack } from './turn-back.js'
import { unwindBeside } from './unwind.js'

/** True for a lane that is parked at a step of its own; one whose owner is not known, or whose child is parked, is looked after there. */
export const isParkedForward = ({ status, parked }: Lane): boolean =>
  status === 'parked' && parked?.phase === 'action' && parked.child === undefined && parked.step !== ownershipStep

/** A lane that is parked on its way forward turns back when it is called off: nobody need tell it to. */
export async function watchParked(run: Run, lane: Lane): Promise<void> {
  const { parked } = lane
  const stage: Stage | undefined = run.stages[stageAt(run, lane.at)]
  const cause = () => calledOff(run, stage, lane)
  await run.runtime.until(() => lane.parked !== parked || cause() !== undefined)
  // An operator was first.
  if (lane.parked !== parked) return
  delete lane.parked
  turnBack(run, lane, cause() as Cause)
  unwindBeside(run, [lane])
  run.show()
}
