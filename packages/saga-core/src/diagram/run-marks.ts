import type { StepDefinition } from '../definition/definition.js'
import type { SagaState } from '../engine/state/saga-state.js'
import { type Mark, type Marked, type Marks, nodeIds } from './marks.js'
import { stepNamed } from './step-named.js'

/** Marks of a run: the number of lanes at each step, parked at each node, and ended with each outcome. */
export function runMarks(steps: readonly StepDefinition[], state: SagaState): Marks {
  const marks = new Map<string, Marked>()
  const mark = (id: string, as: Mark, note: string) => {
    const before = marks.get(id)
    marks.set(id, { mark: as, note: before?.note ? `${before.note}, ${note}` : note })
  }
  for (const [name, count] of Object.entries(state.running)) {
    const at = stepNamed(steps, name)
    if (at >= 0) mark(nodeIds.step(at), steps[at]?.wait ? 'waiting' : 'running', `${count} here`)
  }
  for (const [id, count] of parkedBy(steps, state)) mark(id, 'stuck', `${count} parked`)
  const { completed = 0, running: _, waiting: __, parked = 0, compensating: ___, ...others } = state.counts
  if (completed > 0) mark(nodeIds.completed, 'done', `${completed} completed`)
  if (parked > 0) mark(nodeIds.parked, 'stuck', `${parked} parked`)
  for (const [outcome, count] of Object.entries(others)) mark(nodeIds.undone, 'compensated', `${count} ${outcome}`)
  return marks
}

/** Number of parked lanes by node, of those that the state lists. */
function parkedBy(steps: readonly StepDefinition[], { notable }: SagaState): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { parked } of notable) {
    const at = parked ? stepNamed(steps, parked.step) : -1
    if (at < 0) continue
    const id = parked?.phase === 'compensation' ? nodeIds.undo(at) : nodeIds.step(at)
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}
