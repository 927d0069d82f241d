import type { StepAnswer } from '../answer.js'
import type { SagaDefinition, StepDefinition } from '../definition.js'
import type { Cause } from '../outcome.js'
import type { SagaRuntime } from '../runtime.js'
import { type Called, callStep } from './call-step.js'
import { type ArmedStep, endLane, type Lane, outcomeOf } from './lane.js'
import { argOf } from './step-argument.js'

/**
 * Turns a lane back; its armed compensations are owed from now on. Unless it was refused, an earlier execution of the same workflow
 * task, whose answers were lost, may have gone further than this one: the steps ahead are then owed as well, and their
 * compensations, finding nothing, fence them.
 */
export function turnBack(definition: SagaDefinition, lane: Lane, cause: Cause): void {
  lane.status = 'compensating'
  lane.cause = cause
  if (cause.kind !== 'refused' && cause.kind !== 'invalid') armAhead(definition, lane)
  for (const armed of lane.armed) if (armed.state === 'armed') armed.state = 'owed'
}

function armAhead(definition: SagaDefinition, lane: Lane): void {
  for (const step of definition.steps) arm(lane, step)
}

/** Arms a step's compensation, if it has one that is not armed yet. */
export function arm(lane: Lane, step: StepDefinition): void {
  if (step.compensate && !lane.armed.some((armed) => armed.step === step)) {
    lane.armed.push({ step, state: 'armed', result: { known: false } })
  }
}

/**
 * Runs what lanes that turned back owe, in the reverse of the order in which their steps started, set-wise where lanes owe the same
 * step. A lane whose compensation is stuck parks there, unless the step is independent; the other lanes go on.
 */
export async function unwind(runtime: SagaRuntime, definition: SagaDefinition, lanes: readonly Lane[]): Promise<void> {
  for (const step of definition.steps.toReversed()) {
    const owing = lanes.filter((lane) => lane.status === 'compensating' && owed(lane, step))
    if (owing.length > 0) await compensate(runtime, definition, step, owing)
  }
  for (const lane of lanes) {
    if (lane.status !== 'compensating') continue
    if (lane.armed.some((armed) => armed.state === 'stuck')) lane.status = 'parked'
    else endLane(lane, outcomeOf(lane.cause as Cause))
  }
}

const owed = (lane: Lane, step: StepDefinition): ArmedStep | undefined =>
  lane.armed.find((armed) => armed.step === step && armed.state === 'owed')

async function compensate(
  runtime: SagaRuntime,
  definition: SagaDefinition,
  step: StepDefinition,
  lanes: readonly Lane[],
) {
  const activity = step.compensate
  if (!activity) return
  const called: Called[] = []
  for (const lane of lanes) {
    lane.at = step.name
    const shaped = argOf(step, lane)
    if (shaped.ok) called.push({ lane, arg: shaped.arg })
    else settle(lane, step, shaped.answer)
  }
  if (called.length === 0) return
  const subject = { saga: definition.name, step, phase: 'compensation', activity } as const
  const answers = await callStep(runtime, subject, called)
  for (const [at, answer] of answers.entries()) settle(called[at]?.lane as Lane, step, answer)
}

function settle(lane: Lane, step: StepDefinition, answer: StepAnswer): void {
  const armed = owed(lane, step) as ArmedStep
  if (answer.status === 'done') {
    armed.state = 'done'
    return
  }
  armed.state = 'stuck'
  const facts =
    answer.status === 'unknown'
      ? answer
      : { code: answer.status === 'refused' ? answer.code : 'SAGA_STEP_FENCED', message: answer.status }
  lane.parked = { phase: 'compensation', step: step.name, code: facts.code, message: facts.message }
  if (!step.independent) lane.status = 'parked'
}
