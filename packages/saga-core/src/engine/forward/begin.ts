import { rollAllBack, rollBack } from '../back/roll-back.js'
import { resumeConfirming, unwind, unwindBeside } from '../back/unwind.js'
import { watchParked } from '../back/watch-parked.js'
import { endLane, type Lane } from '../lane.js'
import { type Run, stageAt, stillRunning } from '../run.js'
import { advance } from './advance.js'
import { adopt } from './make-lanes.js'
import { takeOwnership } from './take-ownership.js'

/** Takes lanes from their very beginning: ownership, adopted effects, first step. Lanes nobody can name end at once. */
export function begin(run: Run, lanes: readonly Lane[]): void {
  for (const lane of lanes) if (lane.cause?.code === 'SAGA_LANE_KEY') endLane(lane, 'failed')
  const running = stillRunning(lanes)
  const { owner } = run.definition
  const setOut = (own: readonly Lane[]) => {
    for (const lane of own) adopt(run.definition, lane)
    advance(run, rollInvalidBack(run, own), 0)
  }
  if (owner) run.spawn(takeOwnership(run, owner, running).then(setOut))
  else setOut(running)
}

/** Lanes whose input is wrong roll back before their first step, adopted effects and all. */
function rollInvalidBack(run: Run, lanes: readonly Lane[]): readonly Lane[] {
  for (const lane of lanes) if (lane.cause) rollBack(run, lane, lane.cause)
  unwindBeside(
    run,
    lanes.filter((lane) => lane.cause),
  )
  return stillRunning(lanes)
}

/** Undoes runs that completed: every step that can be undone is, with the results they had, and what they adopted. */
export async function undoAll(run: Run, lanes: readonly Lane[], results: unknown): Promise<void> {
  for (const lane of lanes) {
    adopt(run.definition, lane)
    Object.assign(lane.results, results)
    rollAllBack(run, lane, { kind: 'aborted', code: 'SAGA_UNDONE', message: 'its parent rolled back' })
  }
  await unwind(run, lanes)
}

/** Goes on with lanes that waited, for a message or a confirmation, when their former run ended; parked ones stay parked. */
export function resumeCarried(run: Run, lanes: readonly Lane[]): void {
  const waiting = lanes.filter((lane) => lane.status === 'waiting')
  watchParked(run)
  resumeConfirming(run, lanes)
  unwindBeside(
    run,
    lanes.filter((lane) => lane.status === 'compensating'),
  )
  for (const lane of waiting) lane.status = 'running'
  for (const [at, group] of Map.groupBy(waiting, (lane) => lane.at)) advance(run, group, stageAt(run, at))
}
