import type { StepDefinition } from '../../definition/definition.js'
import type { Cause } from '../../wire/outcome.js'
import { applies, elementsOf } from '../calls/shape.js'
import type { Lane } from '../lane.js'
import { findPart, hasUndo, newPart, type Part } from '../part.js'
import { isDurable, type Run, stageAt } from '../run.js'

/**
 * Rolls a lane back; its armed compensations are owed from now on. Unless it was refused, an earlier execution of the same workflow
 * task, whose answers were lost, may have gone further than this one: the steps ahead are then owed as well, up to the first that
 * cannot be started without the task having ended; their compensations, finding nothing, fence them.
 */
export function rollBack(run: Run, lane: Lane, cause: Cause): void {
  lane.status = 'compensating'
  lane.cause = cause
  lane.since = run.runtime.now()
  if (cause.kind !== 'refused' && cause.kind !== 'invalid') fenceAhead(run, lane)
  for (const part of lane.parts) if (part.compensation === 'armed') part.compensation = 'owed'
}

/** Rolls a lane back that came to its end in another run: every step may have happened, those that end a workflow task as well. */
export function rollAllBack(run: Run, lane: Lane, cause: Cause): void {
  for (const stage of run.stages) for (const step of stage.steps) if (hasUndo(step)) addAhead(lane, step)
  for (const part of lane.parts) recall(part)
  rollBack(run, lane, cause)
}

/** What a step returned in the other run, where that is known; a list step has the results of its elements in their order. */
function recall(part: Part): void {
  const { lane, step } = part
  const result = lane.results[step.name]
  const siblings = lane.parts.filter((one) => one.step === step)
  const known = step.elements ? Array.isArray(result) && result.length === siblings.length : result !== undefined
  if (!known) return
  part.action = 'done'
  part.value = step.elements ? (result as readonly unknown[])[siblings.indexOf(part)] : result
}

function fenceAhead(run: Run, lane: Lane): void {
  // Before its first step, or taking ownership, it is in no stage.
  const from = Math.max(0, stageAt(run, lane.at))
  for (const stage of run.stages.slice(from)) {
    if (stage.steps.some((step) => isDurable(run, step) && !findPart(lane, step))) return
    for (const step of stage.steps) if (hasUndo(step)) addAhead(lane, step)
  }
}

function addAhead(lane: Lane, step: StepDefinition): void {
  const chosen = applies(step, lane)
  if (chosen.ok && !chosen.value) return
  if (!step.elements) {
    if (!findPart(lane, step)) lane.parts.push(newPart(lane, step, 'ahead'))
    return
  }
  const elements = elementsOf(step, lane)
  if (!elements.ok) return
  for (const [key, item] of elements.value) {
    if (!findPart(lane, step, key)) lane.parts.push(newPart(lane, step, 'ahead', key, item))
  }
}
