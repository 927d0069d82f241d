import { checkValue } from '../../definition/check-value.js'
import type { StepDefinition } from '../../definition/definition.js'
import type { Stage } from '../../definition/stages.js'
import { ownershipStep, stepOfName } from '../../wire/names.js'
import type { Cause, Parked } from '../../wire/outcome.js'
import { rollBack } from '../back/roll-back.js'
import { unwindBeside } from '../back/unwind.js'
import { advance } from '../forward/advance.js'
import { begin } from '../forward/begin.js'
import { completeStage } from '../forward/leave-stage.js'
import { lookForCallOffs } from '../run/called-off.js'
import { endLane, type Lane, nameOf, newPart, type Part } from '../run/lane.js'
import { isLost, isLostStep, toLostParked } from '../run/lost-steps.js'
import { park } from '../run/park.js'
import { type Run, stageAt } from '../run/run.js'
import type { Operation, Verb } from './operation.js'

/** Carries an operation out on lanes that allow it; the lanes go on beside the caller. */
export function operate(run: Run, lanes: readonly Lane[], operation: Operation): void {
  for (const lane of lanes) carryOut(run, lane, operation)
  if (operation.verb === 'abort') run.inTick(() => lookForCallOffs(run))
  const back = lanes.filter((lane) => lane.status === 'compensating')
  if (back.length > 0) run.inTick(() => unwindBeside(run, back))
  const forth = Map.groupBy(
    lanes.filter((lane) => lane.status === 'running' && operation.verb !== 'abort'),
    (lane) => lane.at,
  )
  for (const [at, group] of forth) run.inTick(() => restart(run, at, group, operation.verb))
  run.show()
}

function carryOut(run: Run, lane: Lane, operation: Operation): void {
  const { verb, actor, reason } = operation
  if (verb === 'abort') {
    lane.aborted = { actor, reason }
    return
  }
  const parked = lane.parked as Parked
  if (verb === 'abandon') {
    abandon(lane, parked, operation)
    return
  }
  delete lane.parked
  lane.at = stepOfName(parked.step)
  if (parked.phase === 'compensation') settleStuck(lane, parked.step, verb)
  else takeUp(run, lane, parked, operation)
}

function abandon(lane: Lane, { step, code, message }: Parked, { actor, reason }: Operation): void {
  const cause = lane.cause ?? { kind: 'unknown', step, code, message }
  const given: Cause = { kind: 'aborted', code: 'SAGA_ABANDONED', message: `${actor}: ${reason}` }
  lane.cause = { ...cause, others: [...(cause.others ?? []), given] }
  endLane(lane, 'abandoned')
}

/** Takes a lane up again that is parked on its way forward. */
function takeUp(run: Run, lane: Lane, parked: Parked, { verb, actor, reason, result }: Operation): void {
  const { step, code, message } = parked
  const started = lane.parts.find((one) => nameOf(one) === step)
  if (verb !== 'compensate' && (started ? isLost(run, started) : isLostStep(run, lane.at))) {
    park(run, lane, toLostParked(step, started))
    return
  }
  lane.status = 'running'
  if (verb === 'compensate') {
    const given: Cause = { kind: 'aborted', code: 'SAGA_COMPENSATED', step, message: `${actor}: ${reason}` }
    rollBack(run, lane, { ...given, others: [{ kind: 'unknown', step, code, message }] })
  }
  if (verb !== 'resolve' && verb !== 'skip') return
  const part = started ?? addPart(run, lane)
  part.action = 'done'
  part.value = verb === 'resolve' ? resultOf(part.step, result) : result
  if (verb === 'skip') lane.partly.push(step)
}

/** The value as the step's schema returns it; it has been checked. */
function resultOf({ result: schema }: StepDefinition, given: unknown): unknown {
  const checked = checkValue(schema, given)
  return checked.ok ? checked.value : given
}

/**
 * Settles the compensation for which a lane is parked; `retry` lets all that are stuck be called again. Another stuck compensation keeps
 * the lane parked, unless its step is independent.
 */
function settleStuck(lane: Lane, step: string, verb: Verb): void {
  const settled = verb === 'skip' ? 'skipped' : verb === 'resolve' ? 'resolved' : 'owed'
  const stuck = lane.parts.filter((part) => part.compensation === 'stuck')
  const meant = stuck.filter((part) => verb === 'retry' || nameOf(part) === step)
  for (const part of meant) {
    part.compensation = settled
    delete part.stuck
    delete part.unconfirmedMs
  }
  const others = stuck.filter((part) => !meant.includes(part))
  const other = others.find((part) => !part.step.independent) ?? others[0]
  lane.status = other && !other.step.independent ? 'parked' : 'compensating'
  if (other?.stuck) lane.parked = other.stuck
}

/** Makes the part of a step that was never called, because its `when` or its argument threw. */
function addPart(run: Run, lane: Lane): Part {
  const step = run.steps.find(({ name }) => name === lane.at)
  if (!step) throw new Error(`lane "${lane.key}" is parked at "${lane.at}", which is no step of this run`)
  const part = newPart(lane, step, 'asked')
  lane.parts.push(part)
  return part
}

function restart(run: Run, at: string, lanes: readonly Lane[], verb: Verb): void {
  if (at === ownershipStep) {
    begin(run, lanes)
    return
  }
  const from = stageAt(run, at)
  const stage = run.stages[from] as Stage
  // A retriable step that was skipped or resolved is behind its lanes: to plan it again could throw again.
  const isBehind = stage.kind === 'retriable' && verb !== 'retry'
  if (isBehind) for (const lane of lanes) completeStage(stage, lane)
  advance(run, lanes, isBehind ? from + 1 : from)
}
