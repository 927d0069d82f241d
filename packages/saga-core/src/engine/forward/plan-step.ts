import type { StepDefinition } from '../../definition/definition.js'
import type { Called } from '../calls/call-request.js'
import { applies, argOf, elementsOf } from '../calls/shape.js'
import { findPart, type Lane, nameOf, newPart, type Part } from '../run/lane.js'
import { type Failures, invalidPart } from './take-answer.js'

/** The calls that a stage makes for one of its steps. */
export interface PlannedStep {
  readonly step: StepDefinition
  readonly called: readonly Called[]
}

/** Finds the parts of a step that lanes still have to call, shapes their arguments, and arms their compensations. */
export function planStep(step: StepDefinition, lanes: readonly Lane[], fail: Failures['add']): PlannedStep {
  const parts = lanes.flatMap((lane) => planParts(lane, step, fail))
  return { step, called: armParts(parts, fail) }
}

/** The parts of a lane that this stage has to call; parts that are done from an earlier try are not called again. */
function planParts(lane: Lane, step: StepDefinition, fail: Failures['add']): readonly Part[] {
  lane.at = step.name
  const invalid = (message: string) => fail(invalidPart(newPart(lane, step, 'asked'), step.name, message))
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

function armParts(parts: readonly Part[], fail: Failures['add']): readonly Called[] {
  const called: Called[] = []
  for (const part of parts) {
    const arg = argOf(part)
    if (!arg.ok) {
      fail(invalidPart(part, nameOf(part), arg.message))
      continue
    }
    // Armed before each call: from the call on the step may have happened.
    if (!part.lane.parts.includes(part)) part.lane.parts.push(part)
    if (part.compensation) part.compensation = 'armed'
    called.push({ part, arg: arg.value })
  }
  return called
}
