import type { StepAnswer } from '../answer.js'
import type { ActivityReference, StepDefinition } from '../definition.js'
import type { Cause } from '../outcome.js'
import { answersOf, type Called } from './call-step.js'
import type { ChildGroup, EndedChild } from './child-group.js'
import { fromUndoneChild, undoChildren } from './children.js'
import { letAnswersOut } from './early-answers.js'
import { endLane, type Lane, outcomeOf, type Parked, park } from './lane.js'
import { nameOf, type Part } from './part.js'
import type { Run } from './run.js'
import { argOf } from './shape.js'

/**
 * Runs what lanes that turned back owe, in the reverse of the order in which their steps started, set-wise where lanes owe the same
 * step; all at once where the saga says so. A lane whose compensation is stuck parks there, unless the step is independent; the
 * other lanes go on.
 */
export async function unwind(run: Run, lanes: readonly Lane[]): Promise<void> {
  if (lanes.some(({ cause }) => !isLasting(cause as Cause))) await run.runtime.boundary()
  else if (run.askers.size > 0) await letAnswersOut(run, lanes)
  const backwards = run.steps.toReversed()
  if (run.definition.compensation === 'parallel') {
    await Promise.all(backwards.filter((step) => step.kind !== 'adopted').map((step) => compensate(run, step, lanes)))
  }
  for (const step of backwards) await compensate(run, step, atRest(run, lanes))
  for (const lane of lanes) settle(run, lane)
  run.show()
}

/** Has lanes unwound beside everything else. */
export function unwindBeside(run: Run, lanes: readonly Lane[]): void {
  // For no lanes nothing is begun: in a workflow each promise costs a stack trace.
  if (lanes.length > 0) run.spawn(unwind(run, lanes))
}

/** Lanes with a compensation under way are somebody else's, who goes on with them when it is over. */
const atRest = (run: Run, lanes: readonly Lane[]): readonly Lane[] =>
  lanes.filter((lane) => !lane.parts.some((part) => run.underWay.has(part)))

/**
 * True for causes that another execution of the same task meets as well: a stored refusal, a cancel, a deadline that has passed. For
 * the others the turn must be durable before anything is undone, lest another execution goes forward over a late undo.
 */
function isLasting(cause: Cause): boolean {
  if (cause.kind === 'refused') return cause.stored === true && (cause.others ?? []).every(isLasting)
  return cause.kind === 'cancelled' || cause.kind === 'expired' || cause.kind === 'invalid'
}

function settle(run: Run, lane: Lane): void {
  if (lane.status !== 'compensating') return
  const held = lane.parts.filter((part) => run.underWay.has(part))
  const [parked] = held.flatMap((part) => run.underWay.get(part) ?? [])
  if (parked) park(run, lane, parked)
  if (held.length > 0) return
  const stuck = lane.parts.find((part) => part.compensation === 'stuck')
  if (stuck) park(run, lane, (lane.parked ?? stuck.stuck) as Parked)
  else endLane(lane, outcomeOf(lane.cause as Cause))
}

async function compensate(run: Run, step: StepDefinition, lanes: readonly Lane[]): Promise<void> {
  const going = lanes.filter((lane) => lane.status === 'compensating')
  const owing = going.flatMap((lane) =>
    lane.parts
      .filter((part) => part.step === step && part.compensation === 'owed' && !run.underWay.has(part))
      .toReversed(),
  )
  if (owing.length === 0) return
  for (const { lane } of owing) lane.at = step.name
  if (step.child) {
    const children = undoChildren(run, owing)
    recordChildren(run, await children.atRest())
    run.spawn(goOnWith(run, children))
    return
  }
  for (const part of owing) run.underWay.set(part, undefined)
  const answers = await undoParts(run, step, owing)
  for (const [at, part] of owing.entries()) {
    run.underWay.delete(part)
    record(run, part, answers[at] as StepAnswer)
  }
}

/** Unwinds lanes whose child's undo is parked, when it has ended. */
async function goOnWith(run: Run, children: ChildGroup): Promise<void> {
  while (children.isOpen()) {
    const ended = await children.next()
    recordChildren(run, ended)
    unwindBeside(
      run,
      ended.map(({ part }) => part.lane),
    )
  }
}

function recordChildren(run: Run, ended: readonly EndedChild[]): void {
  for (const { part, answer } of ended) record(run, part, fromUndoneChild(answer))
}

async function undoParts(run: Run, step: StepDefinition, parts: readonly Part[]): Promise<readonly StepAnswer[]> {
  const activity = step.compensate as ActivityReference
  const failures = new Map<Part, StepAnswer>()
  const called: Called[] = []
  for (const part of parts) {
    const arg = argOf(part)
    if (arg.ok) called.push({ part, arg: arg.value })
    // What this execution never asked for may lack the results its argument needs.
    else if (part.action === 'ahead') called.push({ part, arg: undefined })
    else failures.set(part, { status: 'unknown', code: 'SAGA_ARGUMENT', message: arg.message })
  }
  const answers = await answersOf(run, { step, phase: 'compensation', activity }, called)
  for (const [at, { part }] of called.entries()) failures.set(part, answers[at] as StepAnswer)
  return parts.map((part) => failures.get(part) as StepAnswer)
}

function record(run: Run, part: Part, answer: StepAnswer): void {
  if (answer.status === 'done') {
    part.compensation = 'done'
    return
  }
  part.compensation = 'stuck'
  const { code, message } = factsOf(answer)
  const parked = { phase: 'compensation', step: nameOf(part), code, message } as const
  part.stuck = parked
  if (part.step.independent) part.lane.parked ??= parked
  else park(run, part.lane, parked)
}

function factsOf(answer: StepAnswer): { readonly code: string; readonly message: string } {
  if (answer.status === 'unknown') return answer
  if (answer.status === 'refused') return { code: answer.code, message: 'the compensation was refused' }
  return { code: 'SAGA_COMPENSATION_ANSWER', message: `a compensation cannot answer "${answer.status}"` }
}
