import type { StepAnswer } from '../answer.js'
import type { SagaDefinition, StepDefinition } from '../definition.js'
import type { Cause } from '../outcome.js'
import type { SagaRuntime } from '../runtime.js'
import { type Called, callStep } from './call-step.js'
import { type ArmedStep, endLane, type Lane } from './lane.js'
import { argOf } from './step-argument.js'
import { arm, turnBack } from './unwind.js'

/** What the engine does with lanes that leave the way forward. */
export interface Turn {
  /** These lanes turned back: unwind them while the others go on. */
  unwind(lanes: readonly Lane[]): void
  /** A step begins. */
  entered(step: StepDefinition, lanes: readonly Lane[]): void
}

/** Runs the steps from `from` on for these lanes; lanes that are refused, unknown or cancelled leave at their step. */
export async function advance(
  runtime: SagaRuntime,
  definition: SagaDefinition,
  lanes: readonly Lane[],
  from: number,
  turn: Turn,
): Promise<void> {
  let going = lanes
  for (const step of definition.steps.slice(from)) {
    if (!step.invoke) continue
    if (step.kind !== 'retriable') going = keepUncancelled(runtime, definition, going, turn)
    if (going.length === 0) return
    // From here on a lost execution may have passed the pivot, so a cancel that is seen later is declined.
    if (step.kind === 'pivot') await runtime.boundary()
    turn.entered(step, going)
    going = await take(runtime, definition, step, going, turn)
  }
  if (!definition.steps.some((step) => step.kind === 'pivot')) going = keepUncancelled(runtime, definition, going, turn)
  for (const lane of going) endLane(lane, 'completed')
}

function keepUncancelled(
  runtime: SagaRuntime,
  definition: SagaDefinition,
  lanes: readonly Lane[],
  turn: Turn,
): readonly Lane[] {
  if (!runtime.cancelRequested() || lanes.length === 0) return lanes
  for (const lane of lanes) turnBack(definition, lane, { kind: 'cancelled', code: 'SAGA_CANCELLED' })
  turn.unwind(lanes)
  return []
}

async function take(
  runtime: SagaRuntime,
  definition: SagaDefinition,
  step: StepDefinition,
  lanes: readonly Lane[],
  turn: Turn,
): Promise<readonly Lane[]> {
  const activity = step.invoke
  if (!activity) return lanes
  const called: Called[] = []
  for (const lane of lanes) {
    lane.at = step.name
    const shaped = argOf(step, lane)
    if (shaped.ok) called.push({ lane, arg: shaped.arg })
    else fail(definition, lane, step, shaped.answer, 'invalid')
  }
  for (const { lane } of called) arm(lane, step)
  const subject = { saga: definition.name, step, phase: 'action', activity } as const
  const answers = called.length > 0 ? await callStep(runtime, subject, called) : []
  for (const [at, answer] of answers.entries()) apply(definition, called[at]?.lane as Lane, step, answer)
  const turned = lanes.filter((lane) => lane.status === 'compensating')
  if (turned.length > 0) turn.unwind(turned)
  return lanes.filter((lane) => lane.status === 'running')
}

function apply(definition: SagaDefinition, lane: Lane, step: StepDefinition, answer: StepAnswer): void {
  const armed = lane.armed.find((one) => one.step === step)
  switch (answer.status) {
    case 'done':
      lane.results[step.name] = answer.value
      if (armed) armed.result = { known: true, value: answer.value }
      break
    case 'refused':
      refuseLane(definition, lane, step, answer)
      break
    case 'fenced':
      settleUnused(armed)
      turnBack(definition, lane, { kind: 'fenced', code: 'SAGA_STEP_FENCED', step: step.name })
      break
    case 'unknown':
      fail(definition, lane, step, answer, 'unknown')
      break
  }
}

function refuseLane(
  definition: SagaDefinition,
  lane: Lane,
  step: StepDefinition,
  answer: StepAnswer & { status: 'refused' },
): void {
  if (step.kind === 'retriable') {
    park(lane, step, answer.code, 'refused after the pivot')
    return
  }
  settleUnused(lane.armed.find((one) => one.step === step))
  turnBack(definition, lane, causeOf('refused', answer, step))
}

const settleUnused = (armed: ArmedStep | undefined): void => {
  if (armed) armed.state = 'notNeeded'
}

/** Past the pivot, and where the step says so, a lane that may have taken effect parks; elsewhere it turns back. */
function fail(
  definition: SagaDefinition,
  lane: Lane,
  step: StepDefinition,
  answer: StepAnswer,
  kind: 'unknown' | 'invalid',
): void {
  if (answer.status !== 'unknown') return
  const parks =
    step.kind === 'retriable' || (kind === 'unknown' && (step.kind === 'pivot' || step.onUnknown === 'park'))
  if (parks) park(lane, step, answer.code, answer.message)
  else turnBack(definition, lane, causeOf(kind, answer, step))
}

function park(lane: Lane, step: StepDefinition, code: string, message: string): void {
  lane.status = 'parked'
  lane.parked = { phase: 'action', step: step.name, code, message }
}

function causeOf(kind: Cause['kind'], answer: StepAnswer, step: StepDefinition): Cause {
  const { status: _, ...facts } = answer as { status: string; code: string; message?: string }
  return { kind, step: step.name, ...facts }
}
