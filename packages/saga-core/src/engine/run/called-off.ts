import type { Stage } from '../../definition/stages.js'
import type { Cause } from '../../wire/outcome.js'
import type { Lane } from './lane.js'
import type { Run } from './run.js'

/** The cause for which a lane has to roll back before this stage, if there is one. Past the pivot, cancels and deadlines are declined. */
export function calledOff(run: Run, stage: Stage | undefined, lane: Lane): Cause | undefined {
  if (lane.pastPivot || stage?.kind === 'retriable' || mayBePastPivot(lane)) return undefined
  if (lane.aborted)
    return { kind: 'aborted', code: 'SAGA_ABORTED', message: `${lane.aborted.actor}: ${lane.aborted.reason}` }
  if (run.runtime.cancelRequested()) return { kind: 'cancelled', code: 'SAGA_CANCELLED' }
  if (lane.deadline <= run.alarm.time()) return { kind: 'expired', code: 'SAGA_DEADLINE' }
  return undefined
}

/** Reports whether a lane in a stage is called off, so that its open calls are not tried again. */
export function callsOff(run: Run, stage: Stage | undefined, lane: Lane): boolean {
  return calledOff(run, stage, lane) !== undefined && run.runtime.isCurrent('call-off')
}

/** Has everything that a cancel, a deadline or an abort may call off check for it, and every open call whether it is held. */
export function lookForCallOffs(run: Pick<Run, 'callOffs'>): void {
  for (const look of [...run.callOffs]) look()
}

/** Reports whether the pivot was called: it may have happened, and no compensation may run until its answer is known. */
function mayBePastPivot(lane: Lane): boolean {
  return lane.parts.some(({ step }) => step.kind === 'pivot' && !step.wait)
}
