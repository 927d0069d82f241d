import type { StepDefinition } from '../../definition/definition.js'
import type { Cause, Parked } from '../../wire/outcome.js'
import type { ChildGroup, EndedChild } from '../calls/child-group.js'
import { fromUndoneChild, undoChildren } from '../calls/children.js'
import { letAnswersOut } from '../run/early-returns.js'
import { endLane, isUnconfirmed, type Lane, outcomeOf, type Part } from '../run/lane.js'
import { park } from '../run/park.js'
import type { Run } from '../run/run.js'
import { confirm } from './confirm.js'
import { callUndo, type SettledAnswer, stopAtLost, takeUndoAnswer } from './undo.js'

/**
 * Runs the compensations that lanes owe, in the reverse of the order in which their steps started; set-wise where several lanes owe the
 * same step, and all at once where the saga has `compensation: 'parallel'`. A lane whose compensation is stuck parks there, unless the
 * step is independent; the other lanes go on.
 */
export async function unwind(run: Run, lanes: readonly Lane[]): Promise<void> {
  if (lanes.some(({ cause }) => !isLasting(cause as Cause))) await run.runtime.checkpoint()
  else if (run.callers.size > 0) await letAnswersOut(run, lanes)
  const backwards = run.steps.toReversed()
  if (holdBack(run, lanes)) return
  stopAtLost(run, lanes)
  if (run.definition.compensation === 'parallel') {
    await Promise.all(backwards.filter((step) => step.kind !== 'adopted').map((step) => compensate(run, step, lanes)))
  }
  for (const step of backwards) {
    if (holdBack(run, lanes)) return
    await compensate(run, step, atRest(run, lanes))
  }
  for (const lane of lanes) endOrPark(run, lane)
  run.show()
}

/** Keeps lanes from their next compensation where the run is to continue as new: the new run unwinds them further. */
function holdBack(run: Run, lanes: readonly Lane[]): boolean {
  if (!run.holds()) return false
  for (const lane of lanes) if (lane.status === 'compensating') run.held.add(lane)
  return true
}

/** Unwinds lanes beside the caller. */
export function unwindBeside(run: Run, lanes: readonly Lane[]): void {
  if (lanes.length > 0) run.spawn(unwind(run, lanes))
}

/** The lanes without a running compensation. The unwinding that started a running compensation goes on with its lane. */
function atRest(run: Run, lanes: readonly Lane[]): readonly Lane[] {
  return lanes.filter((lane) => !lane.parts.some((part) => run.underWay.has(part) && !isApart(part)))
}

/** An unconfirmed compensation holds up the earlier ones, unless its step is independent. */
function isApart(part: Part): boolean {
  return part.step.independent && isUnconfirmed(part)
}

/**
 * Reports whether a second execution of the same workflow task, by another worker, would roll the lane back as well: a stored refusal, a
 * cancel and a deadline that has passed are met again. For any other cause a checkpoint comes before the first compensation; without it
 * the second execution could go forward while a late compensation of the first one runs.
 */
function isLasting(cause: Cause): boolean {
  if (cause.kind === 'refused') return cause.stored === true && (cause.others ?? []).every(isLasting)
  return cause.kind === 'cancelled' || cause.kind === 'expired' || cause.kind === 'invalid'
}

function endOrPark(run: Run, lane: Lane): void {
  if (lane.status !== 'compensating') return
  const held = lane.parts.filter((part) => run.underWay.has(part))
  const [parked] = held.flatMap((part) => run.underWay.get(part) ?? [])
  if (parked) park(run, lane, parked)
  if (held.length > 0) return
  if (lane.parts.some(({ compensation }) => compensation === 'owed')) {
    run.held.add(lane)
    return
  }
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
    takeChildren(run, await children.atRest())
    run.spawn(unwindAfter(run, children))
    return
  }
  const open = await callUndo(run, step, owing)
  if (open.length > 0) confirmBeside(run, step, open)
}

/** Calls unconfirmed compensations again beside the caller; their lanes are unwound further when they are confirmed. */
function confirmBeside(run: Run, step: StepDefinition, open: readonly Part[]): void {
  run.spawn(confirm(run, step, open, (lanes) => unwindBeside(run, lanes)))
}

/** Goes on with compensations that were unconfirmed when the former run continued as new. */
export function resumeConfirming(run: Run, lanes: readonly Lane[]): void {
  const open = lanes.flatMap(({ parts }) => parts.filter(isUnconfirmed))
  for (const part of open) run.underWay.set(part, undefined)
  for (const [step, parts] of Map.groupBy(open, ({ step }) => step)) confirmBeside(run, step, parts)
}

/** Unwinds lanes further when the parked undo of their child has ended. */
async function unwindAfter(run: Run, children: ChildGroup): Promise<void> {
  while (children.isOpen()) {
    const ended = await children.next()
    takeChildren(run, ended)
    unwindBeside(
      run,
      ended.map(({ part }) => part.lane),
    )
  }
}

function takeChildren(run: Run, ended: readonly EndedChild[]): void {
  for (const { part, answer } of ended) takeUndoAnswer(run, part, fromUndoneChild(answer) as SettledAnswer)
}
