import type { ActivityReference, StepDefinition } from '../../definition/definition.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Cause } from '../../wire/outcome.js'
import { apart } from '../../wire/with-undo.js'
import { rollBack } from '../back/roll-back.js'
import { unwindBeside } from '../back/unwind.js'
import { watchParked } from '../back/watch-parked.js'
import { calledOff } from '../called-off.js'
import { type Called, type CallSubject, callStep } from '../calls/call-step.js'
import { applies, argOf, elementsOf } from '../calls/shape.js'
import { newSiblings, type Siblings } from '../calls/siblings.js'
import { type Lane, park } from '../lane.js'
import { findPart, nameOf, newPart, type Part } from '../part.js'
import { type Run, type Stage, stillRunning } from '../run.js'

/** What one part came to, beside its answer. */
interface Failure {
  readonly part: Part
  readonly cause: Cause
  readonly parks: boolean
}

/** What failed in a stage, by lane. */
export interface Failures {
  readonly byLane: ReadonlyMap<Lane, readonly Failure[]>
  readonly add: (failure: Failure) => void
}

/** An empty list. */
export function newFailures(): Failures {
  const byLane = new Map<Lane, Failure[]>()
  return {
    byLane,
    add(failure) {
      const { lane } = failure.part
      byLane.set(lane, [...(byLane.get(lane) ?? []), failure])
    },
  }
}

/**
 * Runs one stage for some lanes: one step, or a parallel group of which all siblings are awaited. `onward` takes the lanes that go on;
 * the others have rolled back, or parked.
 */
export function runStage(
  run: Run,
  stage: Stage,
  lanes: readonly Lane[],
  onward: (going: readonly Lane[]) => void,
): void {
  const failures = newFailures()
  const planned = stage.steps.map((step) => planStep(step, lanes, failures.add))
  const siblings = stage.steps[0].onFailure === 'cancel' ? newSiblings(rollingBack(failures)) : undefined
  const answered: (readonly StepAnswer[])[] = []
  let open = planned.length
  const applyAnswers = (late: boolean) => {
    for (const [step, { called }] of planned.entries()) {
      for (const [index, { part }] of called.entries())
        if ((siblings?.isLate(part) ?? false) === late) apply(part, answered[step]?.[index] as StepAnswer, failures.add)
    }
  }
  for (const [at, one] of planned.entries()) {
    callParts(run, one, siblings, (answers) => {
      answered[at] = answers
      open -= 1
      if (open > 0) return
      applyAnswers(false)
      // The failure that called the others off leads their causes.
      if (siblings) applyAnswers(true)
      onward(leaveStage(run, stage, lanes, failures))
    })
  }
}

/** Lanes of which a step that is not optional could not even be asked for. */
const rollingBack = ({ byLane }: Failures): readonly Lane[] =>
  [...byLane].filter(([, failed]) => failed.some(({ part }) => !part.step.optional)).map(([lane]) => lane)

/** Lanes leave a stage: those that failed roll back or park; answers those that go on. */
export function leaveStage(run: Run, stage: Stage, lanes: readonly Lane[], { byLane }: Failures): readonly Lane[] {
  for (const lane of lanes) leave(run, stage, lane, byLane.get(lane) ?? [])
  if (byLane.size > 0) run.show()
  const turned = lanes.filter((lane) => lane.status === 'compensating')
  unwindBeside(run, turned)
  const going = stillRunning(lanes)
  for (const lane of going) arrive(stage, lane)
  return going
}

/** What is to be called of a step. */
interface Planned {
  readonly step: StepDefinition
  readonly called: readonly Called[]
}

/** What is to be called of a step. */
export function planStep(step: StepDefinition, lanes: readonly Lane[], fail: Failures['add']): Planned {
  const parts = lanes.flatMap((lane) => planParts(lane, step, fail))
  return { step, called: armParts(step, parts, fail) }
}

/** The parts of a lane that this stage still has to call; those of an earlier try that are done are not called again. */
function planParts(lane: Lane, step: StepDefinition, fail: Failures['add']): readonly Part[] {
  lane.at = step.name
  const invalid = (message: string) =>
    fail({
      part: newPart(lane, step, 'asked'),
      parks: step.kind === 'retriable',
      cause: { kind: 'invalid', step: step.name, code: 'SAGA_ARGUMENT', message },
    })
  const chosen = applies(step, lane)
  if (!chosen.ok) invalid(chosen.message)
  if (!chosen.ok || !chosen.value) return []
  const elements = step.elements ? elementsOf(step, lane) : undefined
  if (elements && !elements.ok) {
    invalid(elements.message)
    return []
  }
  const wanted = elements ? [...elements.value] : [[undefined, undefined] as const]
  return wanted
    .map(([element, item]) => findPart(lane, step, element) ?? newPart(lane, step, 'asked', element, item))
    .filter((part) => part.action !== 'done')
}

/** Parts with their arguments; from here on they may have happened. */
function armParts(step: StepDefinition, parts: readonly Part[], fail: Failures['add']): readonly Called[] {
  const called: Called[] = []
  for (const part of parts) {
    const arg = argOf(part)
    if (!arg.ok) {
      fail({
        part,
        parks: step.kind === 'retriable',
        cause: { kind: 'invalid', step: nameOf(part), code: 'SAGA_ARGUMENT', message: arg.message },
      })
      continue
    }
    // Armed before it is invoked, and again before it is asked again: from here on it may have happened.
    if (!part.lane.parts.includes(part)) part.lane.parts.push(part)
    if (part.compensation) part.compensation = 'armed'
    called.push({ part, arg: arg.value })
  }
  return called
}

function callParts(
  run: Run,
  { step, called }: Planned,
  siblings: Siblings | undefined,
  answered: (answers: readonly StepAnswer[]) => void,
): void {
  const { verify } = step
  const subject = {
    step,
    phase: 'action',
    activity: step.invoke as ActivityReference,
    ...(siblings && { siblings }),
  } as const
  callStep(run, subject, called, (answers) => {
    if (verify) verifyUnknown(run, { ...subject, phase: 'verify', activity: verify }, called, answers, answered)
    else answered(answers)
  })
}

/** Asks the step's `verify` about what nobody knows; its answer stands in for the step's. */
function verifyUnknown(
  run: Run,
  subject: CallSubject,
  called: readonly Called[],
  answers: readonly StepAnswer[],
  answered: (answers: readonly StepAnswer[]) => void,
): void {
  const doubtful = called.filter((_, at) => answers[at]?.status === 'unknown')
  callStep(run, subject, doubtful, (verdicts) => {
    const byPart = new Map(doubtful.map(({ part }, at) => [part, verdicts[at] as StepAnswer]))
    answered(called.map(({ part }, at) => byPart.get(part) ?? (answers[at] as StepAnswer)))
  })
}

/** Records what a part answered, and what that means for its lane. */
export function apply(part: Part, answer: StepAnswer, fail: Failures['add']): void {
  const { step } = part
  const at = nameOf(part)
  switch (answer.status) {
    case 'done': {
      const { result, undo } = apart(answer.value)
      part.action = 'done'
      part.value = result
      part.undo = undo
      return
    }
    case 'refused': {
      settleUnused(part, 'refused')
      const { status: _, definite, ...facts } = answer
      fail({
        part,
        parks: step.kind === 'retriable',
        cause: { kind: 'refused', step: at, ...facts, ...(definite && { stored: true }) },
      })
      return
    }
    case 'fenced':
      settleUnused(part, 'fenced')
      fail({ part, parks: step.kind === 'retriable', cause: { kind: 'fenced', step: at, code: 'SAGA_STEP_FENCED' } })
      return
    case 'pending':
      part.action = 'unknown'
      fail({
        part,
        parks: true,
        cause: { kind: 'unknown', step: at, code: 'SAGA_NOT_KNOWN', message: 'nobody knows whether it happened' },
      })
      return
    case 'unknown': {
      part.action = 'unknown'
      const parks = step.kind !== 'compensatable' || step.onUnknown !== 'compensate'
      fail({ part, parks, cause: { kind: 'unknown', step: at, code: answer.code, message: answer.message } })
    }
  }
}

function settleUnused(part: Part, action: 'refused' | 'fenced'): void {
  part.action = action
  if (part.compensation) part.compensation = 'notNeeded'
}

/** A lane leaves the way forward: it parks when any of its failures says so, unless it is called off; else it rolls back. Optional failures are noted. */
function leave(run: Run, stage: Stage, lane: Lane, failures: readonly Failure[]): void {
  const serious = failures.filter(({ part }) => !part.step.optional)
  for (const { part } of failures) if (part.step.optional) lane.partly.push(nameOf(part))
  const parking = serious.find(({ parks }) => parks)
  const [first, ...others] = serious.map((failure) => causeOf(run, failure))
  const off = parking && calledOff(run, stage, lane)
  if (off) rollBack(run, lane, off)
  else if (parking) {
    const { code, message = parking.cause.kind, step = '' } = parking.cause
    park(run, lane, { phase: 'action', step, code, message })
    watchParked(run)
  } else if (first) rollBack(run, lane, others.length > 0 ? { ...first, others } : first)
}

/** What calls a lane off reaches its child: a child that ended by it did not refuse. */
const causeOf = (run: Run, { part, cause }: Failure): Cause =>
  (part.step.child && cause.code === 'SAGA_CHILD_CANCELLED' && calledOff(run, undefined, part.lane)) || cause

/** Every part of the stage is through: the results are there for later steps. */
export function arrive(stage: Stage, lane: Lane): void {
  for (const step of stage.steps) {
    const parts = lane.parts.filter((part) => part.step === step && part.action === 'done')
    lane.results[step.name] = step.elements ? parts.map((part) => part.value) : parts[0]?.value
  }
  if (stage.kind === 'pivot') lane.pastPivot = true
}
