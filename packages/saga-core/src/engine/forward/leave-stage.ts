import type { Stage } from '../../definition/stages.js'
import type { Cause } from '../../wire/outcome.js'
import { rollBack } from '../back/roll-back.js'
import { unwindBeside } from '../back/unwind.js'
import { watchParked } from '../back/watch-parked.js'
import { calledOff, callsOff } from '../run/called-off.js'
import { type Lane, nameOf, stillRunning } from '../run/lane.js'
import { park } from '../run/park.js'
import type { Run } from '../run/run.js'
import type { Failure, Failures } from './take-answer.js'

/** Ends a stage for some lanes: those with a failure roll back or park; returns the others, with the stage's results. */
export function leaveStage(run: Run, stage: Stage, lanes: readonly Lane[], { byLane }: Failures): readonly Lane[] {
  for (const lane of lanes) takeFailures(run, stage, lane, byLane.get(lane) ?? [])
  if (byLane.size > 0) run.show()
  unwindBeside(
    run,
    lanes.filter((lane) => lane.status === 'compensating'),
  )
  const going = stillRunning(lanes)
  for (const lane of going) completeStage(stage, lane)
  return going
}

/** Keeps the stage's results for later steps. */
export function completeStage(stage: Stage, lane: Lane): void {
  for (const step of stage.steps) {
    const parts = lane.parts.filter((part) => part.step === step && part.action === 'done')
    lane.results[step.name] = step.elements ? parts.map((part) => part.value) : parts[0]?.value
  }
  if (stage.kind === 'pivot') lane.pastPivot = true
}

/**
 * Decides where a lane goes: it parks when one of its failures says so, else it rolls back. A lane that is called off rolls back for that
 * reason, with its failures beside it, unless its step was refused.
 */
function takeFailures(run: Run, stage: Stage, lane: Lane, failures: readonly Failure[]): void {
  const serious = failures.filter(({ part }) => !part.step.optional)
  for (const { part } of failures) if (part.step.optional) lane.partly.push(nameOf(part))
  const parking = serious.find(({ parks }) => parks)
  const [first, ...others] = serious.map((failure) => causeOf(run, failure))
  const isUnknown = first?.kind === 'unknown' || first?.kind === 'fenced'
  const off = parking || (isUnknown && callsOff(run, stage, lane)) ? calledOff(run, stage, lane) : undefined
  if (off) rollBack(run, lane, first ? { ...off, others: [first, ...others] } : off)
  else if (parking) {
    const { code, message = parking.cause.kind, step = '', others: [doubt] = [] } = parking.cause
    const said = doubt ? `${message}; the step itself failed with ${doubt.code}: ${doubt.message}` : message
    park(run, lane, { phase: 'action', step, code, message: said })
    watchParked(run)
  } else if (first)
    rollBack(run, lane, others.length > 0 ? { ...first, others: [...(first.others ?? []), ...others] } : first)
}

/** The cause of a failure; for a child that was cancelled because its lane was called off, the cause of the call-off. */
function causeOf(run: Run, { part, cause }: Failure): Cause {
  const isCalledOff = part.step.child && cause.code === 'SAGA_CHILD_CANCELLED'
  return (isCalledOff && calledOff(run, undefined, part.lane)) || cause
}
