import type { StepDefinition } from '../../definition/definition.js'
import type { Cause } from '../../wire/outcome.js'
import type { ChildGroup, EndedChild } from '../calls/child-group.js'
import { fromUndoneChild, undoChildren } from '../calls/children.js'
import { letAnswersOut } from '../early-returns.js'
import { endLane, type Lane, outcomeOf, type Parked, park } from '../lane.js'
import { isUnconfirmed, type Part } from '../part.js'
import type { Run } from '../run.js'
import { confirm } from './confirm.js'
import { askFor, record } from './undo.js'

/**
 * Runs what lanes that rolled back owe, in the reverse of the order in which their steps started, set-wise where lanes owe the same
 * step; all at once where the saga says so. A lane whose compensation is stuck parks there, unless the step is independent; the
 * other lanes go on.
 */
export async function unwind(run: Run, lanes: readonly Lane[]): Promise<void> {
  if (lanes.some(({ cause }) => !isLasting(cause as Cause))) await run.runtime.checkpoint()
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
  lanes.filter((lane) => !lane.parts.some((part) => run.underWay.has(part) && !isApart(part)))

/** One that is not confirmed yet holds up the earlier ones, unless its step is independent. */
const isApart = (part: Part): boolean => part.step.independent && isUnconfirmed(part)

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
  const open = await askFor(run, step, owing)
  if (open.length > 0) confirmBeside(run, step, open)
}

/** Has compensations confirmed beside everything else; their lanes are unwound further then. */
function confirmBeside(run: Run, step: StepDefinition, open: readonly Part[]): void {
  run.spawn(confirm(run, step, open, (lanes) => unwindBeside(run, lanes)))
}

/** Goes on with compensations that were not confirmed when their former run ended. */
export function resumeConfirming(run: Run, lanes: readonly Lane[]): void {
  const open = lanes.flatMap(({ parts }) => parts.filter(isUnconfirmed))
  for (const part of open) run.underWay.set(part, undefined)
  for (const [step, parts] of Map.groupBy(open, ({ step }) => step)) confirmBeside(run, step, parts)
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
