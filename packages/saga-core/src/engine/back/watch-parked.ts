import { ownershipStep } from '../../wire/ownership.js'
import { calledOff } from '../called-off.js'
import type { Lane } from '../lane.js'
import { type Run, stageAt } from '../run.js'
import { rollBack } from './roll-back.js'
import { unwindBeside } from './unwind.js'

/** True for a lane that is parked at a step of its own; one whose owner is not known, or whose child is parked, is looked after there. */
const isParkedForward = ({ status, parked }: Lane): boolean =>
  parked?.phase === 'action' && status === 'parked' && parked.child === undefined && parked.step !== ownershipStep

/**
 * From the first lane on that is parked on its way forward: those that are called off roll back, though nobody tells them to. One watch for
 * a run, which looks at its lanes only when there is a reason to.
 */
export function watchParked(run: Run): void {
  if (run.watch.isOn) return
  run.watch.isOn = true
  run.spawn(watch(run))
}

async function watch(run: Run): Promise<never> {
  for (;;) {
    rollCalledOffBack(run)
    const [time, isCancelled] = [run.alarm.time(), run.runtime.cancelRequested()]
    await run.runtime.until(() => run.alarm.time() !== time || run.runtime.cancelRequested() !== isCancelled)
  }
}

function rollCalledOffBack(run: Run): void {
  const turned = run.lanes.filter((lane) => {
    const cause = isParkedForward(lane) && calledOff(run, run.stages[stageAt(run, lane.at)], lane)
    if (!cause) return false
    delete lane.parked
    rollBack(run, lane, cause)
    return true
  })
  unwindBeside(run, turned)
  run.show()
}
