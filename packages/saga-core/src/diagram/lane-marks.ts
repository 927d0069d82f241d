import type { StepDefinition } from '../definition/definition.js'
import { toStages } from '../definition/stages.js'
import type { LaneState } from '../engine/state/saga-state.js'
import type { CompensationState } from '../wire/outcome.js'
import { type Mark, type Marked, type Marks, nodeIds } from './marks.js'
import { stepNamed } from './step-named.js'

/** Marks of the path of one lane; `perhaps` marks a step that may be done, which the state does not tell. */
export function laneMarks(steps: readonly StepDefinition[], lane: LaneState): Marks {
  const marks = new Map<string, Marked>()
  markCompensations(steps, lane, marks)
  if (lane.outcome === 'completed') markAll(steps, marks)
  else if (lane.cause) markFailure(steps, lane, marks)
  else markProgress(steps, lane, marks)
  if (!lane.cause) markPartly(steps, lane, marks)
  const end = endOf(lane)
  if (end) marks.set(end.id, { mark: end.mark, note: lane.outcome ?? lane.parked?.code ?? lane.status })
  return marks
}

function endOf({ status, outcome, cause }: LaneState): { readonly id: string; readonly mark: Mark } | undefined {
  if (status === 'parked') return { id: nodeIds.parked, mark: 'stuck' }
  if (outcome === undefined) return undefined
  if (outcome === 'completed') return { id: nodeIds.completed, mark: 'done' }
  return { id: nodeIds.undone, mark: cause?.kind === 'refused' ? 'refused' : 'failed' }
}

/** Marks by compensation state; a list step shows the first of these that one of its elements has. */
const shown: readonly (readonly [CompensationState, Mark])[] = [
  ['stuck', 'stuck'],
  ['unconfirmed', 'owed'],
  ['owed', 'owed'],
  ['skipped', 'settled'],
  ['resolved', 'settled'],
  ['done', 'compensated'],
]

function markCompensations(steps: readonly StepDefinition[], lane: LaneState, marks: Map<string, Marked>): void {
  const found = Map.groupBy(Object.entries(lane.compensations), ([name]) => stepNamed(steps, name))
  for (const [at, states] of found) {
    const first = shown.find(([state]) => states.some(([, one]) => one === state))
    if (first && at >= 0) marks.set(nodeIds.undo(at), { mark: first[1], note: first[0] })
  }
}

/** The mark of a step before the current one; one with `when` may have been left out. */
function passed(step: StepDefinition): Mark {
  return step.when ? 'perhaps' : 'done'
}

function markAll(steps: readonly StepDefinition[], marks: Map<string, Marked>): void {
  for (const [at, step] of steps.entries()) marks.set(nodeIds.step(at), { mark: passed(step) })
}

/** Marks optional steps that failed, and steps past the pivot that an operator skipped. */
function markPartly(steps: readonly StepDefinition[], lane: LaneState, marks: Map<string, Marked>): void {
  for (const name of lane.partly ?? []) {
    const at = stepNamed(steps, name)
    const isSkipped = steps[at]?.kind === 'retriable'
    const marked: Marked = isSkipped
      ? { mark: 'settled', note: 'skipped' }
      : { mark: 'failed', note: 'went on without' }
    if (at >= 0) marks.set(nodeIds.step(at), marked)
  }
}

/** Marks the stages before the one with the step at `at`, and returns the steps of that stage. */
function markBefore(steps: readonly StepDefinition[], at: number, marks: Map<string, Marked>): readonly number[] {
  const stages = [...steps.filter(({ kind }) => kind === 'adopted').map((step) => [step]), ...stagesOf(steps)]
  for (const stage of stages) {
    if (stage.includes(steps[at] as StepDefinition)) return stage.map((step) => steps.indexOf(step))
    for (const step of stage) marks.set(nodeIds.step(steps.indexOf(step)), { mark: passed(step) })
  }
  return []
}

function stagesOf(steps: readonly StepDefinition[]) {
  return toStages(steps).map((stage) => stage.steps)
}

function markFailure(steps: readonly StepDefinition[], lane: LaneState, marks: Map<string, Marked>): void {
  const causes = lane.cause ? [lane.cause, ...(lane.cause.others ?? [])] : []
  const at = stepNamed(steps, lane.cause?.step ?? '')
  if (at < 0) {
    // After a cancel or a deadline, compensations are owed for steps that may have happened, and for steps ahead.
    for (const name of Object.keys(lane.compensations)) {
      const owing = stepNamed(steps, name)
      if (owing >= 0) marks.set(nodeIds.step(owing), { mark: 'perhaps' })
    }
    return
  }
  for (const sibling of markBefore(steps, at, marks)) marks.set(nodeIds.step(sibling), { mark: 'perhaps' })
  for (const { kind, code, step = '' } of causes) {
    const failed = stepNamed(steps, step)
    if (failed >= 0) marks.set(nodeIds.step(failed), { mark: kind === 'refused' ? 'refused' : 'failed', note: code })
  }
}

function markProgress(steps: readonly StepDefinition[], lane: LaneState, marks: Map<string, Marked>): void {
  const at = stepNamed(steps, lane.parked?.step ?? lane.at)
  if (at < 0) return
  const mark = lane.status === 'waiting' || lane.status === 'running' ? lane.status : 'perhaps'
  for (const one of markBefore(steps, at, marks)) marks.set(nodeIds.step(one), { mark })
  if (lane.parked) marks.set(nodeIds.step(at), { mark: 'stuck', note: lane.parked.code })
}
