import type { StepDefinition } from '../../definition/definition.js'
import { hasUndo } from '../../definition/stages.js'
import type { Cause } from '../../wire/outcome.js'
import { forgetAllRetries } from '../calls/retries.js'
import { applies, elementsOf } from '../calls/shape.js'
import { findPart, type Lane, nameOf, newPart, type Part } from '../run/lane.js'
import { isStranded } from '../run/lost-steps.js'
import { isDurable, type Run, stageAt } from '../run/run.js'

/**
 * Rolls a lane back: from now on it owes its armed compensations. A worker that died may have executed this workflow task before and may
 * have called steps that this execution does not reach. Unless the cause is a definite refusal or an invalid input, the lane therefore also owes the
 * compensations of the steps ahead, up to the first step whose call ends a workflow task; such a compensation fences its step.
 */
export function rollBack(run: Run, lane: Lane, cause: Cause): void {
  delete lane.parked
  forgetAllRetries(lane)
  lane.status = 'compensating'
  lane.cause = cause
  lane.since = run.runtime.now()
  if (cause.kind !== 'invalid' && !isDefinite(lane, cause)) fenceAhead(run, lane)
  for (const part of lane.parts) if (part.compensation === 'armed') part.compensation = 'owed'
}

/** Reports whether the cause is a refusal that each execution gets, so that none has gone beyond the refused step. */
function isDefinite({ parts }: Lane, { kind, step }: Cause): boolean {
  return kind === 'refused' && !parts.some((part) => part.action === 'unknown' && nameOf(part) === step)
}

/** Rolls back a lane that completed in another run: each step may have happened, those that end a workflow task as well. */
export function rollAllBack(run: Run, lane: Lane, cause: Cause): void {
  for (const stage of run.stages) for (const step of stage.steps) if (hasUndo(step)) addAhead(lane, step)
  for (const part of lane.parts) recall(part)
  rollBack(run, lane, cause)
}

/** Gives a part its result of the other run, where it is known; a list step has the results of its elements in their order. */
function recall(part: Part): void {
  const { lane, step } = part
  const result = lane.results[step.name]
  const elements = lane.parts.filter((one) => one.step === step)
  const known = step.elements ? Array.isArray(result) && result.length === elements.length : result !== undefined
  if (!known) return
  part.action = 'done'
  part.value = step.elements ? (result as readonly unknown[])[elements.indexOf(part)] : result
}

function fenceAhead(run: Run, lane: Lane): void {
  if (isStranded(run, lane)) return
  // A lane that takes ownership, or has not reached its first step, is in no stage.
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
