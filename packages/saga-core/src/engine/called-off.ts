import type { Cause } from '../wire/outcome.js'
import type { Lane } from './lane.js'
import type { Run, Stage } from './run.js'

/** True where the pivot may have happened: until it has answered, nothing may be undone. */
const mayStand = (lane: Lane): boolean => lane.parts.some(({ step }) => step.kind === 'pivot' && !step.wait)

/** Why a lane should roll back before this stage, if it should. Past the pivot cancels and deadlines are declined. */
export function calledOff(run: Run, stage: Stage | undefined, lane: Lane): Cause | undefined {
  if (lane.pastPivot || stage?.kind === 'retriable' || mayStand(lane)) return undefined
  if (lane.aborted)
    return { kind: 'aborted', code: 'SAGA_ABORTED', message: `${lane.aborted.actor}: ${lane.aborted.reason}` }
  if (run.runtime.cancelRequested()) return { kind: 'cancelled', code: 'SAGA_CANCELLED' }
  if (lane.deadline <= run.alarm.time()) return { kind: 'expired', code: 'SAGA_DEADLINE' }
  return undefined
}
