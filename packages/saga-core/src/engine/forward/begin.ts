import { ownershipStep } from '../../wire/names.js'
import { rollAllBack } from '../back/roll-back.js'
import { rollBackWhere } from '../back/roll-back-where.js'
import { resumeConfirming, unwind, unwindBeside } from '../back/unwind.js'
import { watchParked } from '../back/watch-parked.js'
import { endLane, type Lane, stillRunning } from '../run/lane.js'
import { isLostStep, toLostParked } from '../run/lost-steps.js'
import { park } from '../run/park.js'
import { type Run, stageAt } from '../run/run.js'
import { advance } from './advance.js'
import { adopt } from './make-lanes.js'
import { takeOwnership } from './take-ownership.js'

/**
 * Starts lanes: ownership, adopted effects, first step. A lane without a valid key ends at once; a lane with another invalid input rolls
 * back before its first step, adopted effects included.
 */
export function begin(run: Run, lanes: readonly Lane[]): void {
  for (const lane of lanes) if (lane.cause?.code === 'SAGA_LANE_KEY') endLane(lane, 'failed')
  const running = stillRunning(lanes)
  const { owner } = run.definition
  const setOut = (own: readonly Lane[]) => {
    for (const lane of own) adopt(run.definition, lane)
    advance(
      run,
      rollBackWhere(run, own, ({ cause }) => cause),
      0,
    )
  }
  if (owner) run.spawn(takeOwnership(run, owner, running).then(setOut))
  else setOut(running)
}

/** Undoes lanes that completed in another run: each step that can be undone, with the result it had, and the adopted effects. */
export async function undoAll(run: Run, lanes: readonly Lane[], results: unknown): Promise<void> {
  for (const lane of lanes) {
    adopt(run.definition, lane)
    Object.assign(lane.results, results)
    rollAllBack(run, lane, { kind: 'aborted', code: 'SAGA_UNDONE', message: 'its parent rolled back' })
  }
  await unwind(run, lanes)
}

/**
 * Goes on with the lanes of a former run that waited for a message or a confirmation, or were held where they were; parked lanes stay
 * parked.
 */
export function resumeCarried(run: Run, lanes: readonly Lane[]): void {
  watchParked(run)
  resumeConfirming(run, lanes)
  resume(run, lanes)
}

/** Goes on with lanes that were held, because the run could not continue as new. */
export function letGo(run: Run): void {
  const lanes = [...run.held]
  run.held.clear()
  resume(run, lanes)
}

function resume(run: Run, lanes: readonly Lane[]): void {
  unwindBeside(
    run,
    lanes.filter((lane) => lane.status === 'compensating'),
  )
  const forth = lanes.filter(({ status }) => status === 'waiting' || status === 'running')
  for (const lane of forth) lane.status = 'running'
  for (const [at, group] of Map.groupBy(forth, (lane) => lane.at)) {
    if (at === ownershipStep) begin(run, group)
    else if (isLostStep(run, at)) for (const lane of group) park(run, lane, toLostParked(at))
    else advance(run, group, stageAt(run, at))
  }
}
