import type { ActivityReference, StepDefinition } from '../../definition/definition.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Parked } from '../../wire/outcome.js'
import type { Called } from '../calls/call-request.js'
import { answersOf } from '../calls/call-step.js'
import { argOf } from '../calls/shape.js'
import { isUnconfirmed, type Lane, nameOf, type Part } from '../run/lane.js'
import { isLost, lostAnswer } from '../run/lost-steps.js'
import { park } from '../run/park.js'
import type { Run } from '../run/run.js'

/** The answer of a call that is not made again in another run. */
export type SettledAnswer = Exclude<StepAnswer, { readonly status: 'held' }>

/** Calls a step's compensations; returns the parts that are not confirmed yet. One that is held is still owed. */
export async function callUndo(run: Run, step: StepDefinition, parts: readonly Part[]): Promise<readonly Part[]> {
  for (const part of parts) run.underWay.set(part, undefined)
  const answers = await undoParts(run, step, parts)
  return parts.filter((part, at) => {
    const answer = answers[at] as StepAnswer
    if (answer.status === 'held') {
      if (!isUnconfirmed(part)) run.underWay.delete(part)
      return isUnconfirmed(part)
    }
    if (answer.status === 'pending' && leftToConfirmMs(part) > 0) {
      part.compensation = 'unconfirmed'
      return true
    }
    run.underWay.delete(part)
    takeUndoAnswer(run, part, answer)
    return false
  })
}

async function undoParts(run: Run, step: StepDefinition, parts: readonly Part[]): Promise<readonly StepAnswer[]> {
  const activity = step.compensate as ActivityReference
  const byPart = new Map<Part, StepAnswer>()
  const called: Called[] = []
  for (const part of parts) {
    const arg = argOf(part)
    if (isLost(run, part)) byPart.set(part, lostAnswer(part))
    else if (arg.ok) called.push({ part, arg: arg.value })
    // A step ahead may lack the results that its argument reads.
    else if (part.action === 'ahead') called.push({ part, arg: undefined })
    else byPart.set(part, { status: 'unknown', code: 'SAGA_ARGUMENT', message: arg.message })
  }
  const answers = await answersOf(run, { step, phase: 'compensation', activity }, called)
  for (const [at, { part }] of called.entries()) byPart.set(part, answers[at] as StepAnswer)
  return parts.map((part) => byPart.get(part) as StepAnswer)
}

/** Takes the compensations that lanes owe for lost steps as stuck, before any other of theirs is called. */
export function stopAtLost(run: Run, lanes: readonly Lane[]): void {
  const owed = lanes.filter(({ status }) => status === 'compensating').flatMap(({ parts }) => parts)
  for (const part of owed) {
    if (part.compensation !== 'owed' || run.underWay.has(part) || !isLost(run, part)) continue
    takeUndoAnswer(run, part, lostAnswer(part))
  }
}

/** Records the answer of a compensation; one that is not done is stuck and parks its lane, unless its step is independent. */
export function takeUndoAnswer(run: Run, part: Part, answer: SettledAnswer): void {
  if (answer.status === 'done') {
    part.compensation = 'done'
    return
  }
  part.compensation = 'stuck'
  const parked = { phase: 'compensation', step: nameOf(part), ...factsOf(part, answer) } as const
  part.stuck = parked
  if (part.step.independent) part.lane.parked ??= parked
  else park(run, part.lane, parked)
}

function factsOf(
  part: Part,
  answer: Exclude<SettledAnswer, { readonly status: 'done' }>,
): Pick<Parked, 'code' | 'message' | 'attempts' | 'details'> {
  if (answer.status === 'unknown') {
    const { status: _, ...facts } = answer
    return facts
  }
  if (answer.status === 'pending') {
    const message = `called, and not confirmed within ${confirmWithinMsOf(part)} ms`
    return { code: 'SAGA_NOT_CONFIRMED', message }
  }
  if (answer.status === 'refused') {
    const { code, details } = answer
    return { code, message: 'the compensation was refused', ...(details !== undefined && { details }) }
  }
  return { code: 'SAGA_COMPENSATION_ANSWER', message: `a compensation cannot answer "${answer.status}"` }
}

/** The time for which a compensation may still be unconfirmed, in milliseconds. */
export function leftToConfirmMs(part: Part): number {
  return confirmWithinMsOf(part) - (part.unconfirmedMs ?? 0)
}

/** The step's limit, in milliseconds; a day by default. */
function confirmWithinMsOf({ step: { confirmWithinMs = 86_400_000 } }: Part): number {
  return confirmWithinMs
}
