import { ownershipStep } from '../../wire/names.js'
import { calledOff } from '../run/called-off.js'
import type { Lane } from '../run/lane.js'
import { type Run, stageAt } from '../run/run.js'
import { rollBackWhere } from './roll-back-where.js'

/**
 * Starts the run's one watch over lanes that are parked on their way forward, if it has not begun: it rolls back those that a cancel or
 * a deadline calls off. It wakes only when the alarm rings or a cancel is requested.
 */
export function watchParked(run: Run): void {
  if (run.watch.isOn) return
  run.watch.isOn = true
  run.spawn(watch(run))
}

async function watch(run: Run): Promise<never> {
  const { alarm, runtime } = run
  for (;;) {
    rollBackWhere(run, run.lanes.filter(isParkedForward), (lane) =>
      calledOff(run, run.stages[stageAt(run, lane.at)], lane),
    )
    run.show()
    const [time, isCancelled] = [alarm.time(), runtime.cancelRequested()]
    await runtime.until(() => alarm.time() !== time || runtime.cancelRequested() !== isCancelled)
  }
}

/** Other parts of the engine watch over lanes that wait for their owner, and over lanes whose child is parked. */
function isParkedForward({ status, parked }: Lane): boolean {
  return (
    parked?.phase === 'action' && status === 'parked' && parked.child === undefined && parked.step !== ownershipStep
  )
}
