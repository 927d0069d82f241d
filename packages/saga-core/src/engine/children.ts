import type { StepAnswer } from '../answer.js'
import type { ChildDefinition } from '../definition.js'
import { withConcurrency } from './call-step.js'
import { keyOf, type Part } from './part.js'
import type { Run } from './run.js'
import { argOf } from './shape.js'

/** How a child saga's workflow is told to undo a run of it that completed. */
export interface UndoChild {
  readonly undo: { readonly results: unknown }
}

const idOf = (run: Run, part: Part): string => `${run.runtime.workflowId}/${part.step.name}/${keyOf(part)}`

/** Runs child sagas to their ends. A child that ended otherwise than completed has undone itself. */
export const runChildren = (run: Run, parts: readonly Part[]): Promise<readonly StepAnswer[]> =>
  withConcurrency(parts, async (part) => {
    const arg = argOf(part)
    if (!arg.ok) return { status: 'unknown', code: 'SAGA_ARGUMENT', message: arg.message }
    const { workflow } = part.step.child as ChildDefinition
    const answer = await run.runtime.child({
      workflow,
      workflowId: idOf(run, part),
      args: [arg.value],
      shielded: false,
    })
    return fromChild(answer)
  })

/** Undoes child sagas that completed, or may have: each step of theirs that can be undone is, behind its own barrier. */
export const undoChildren = (run: Run, parts: readonly Part[]): Promise<readonly StepAnswer[]> =>
  withConcurrency(parts, async (part) => {
    const arg = argOf(part)
    if (!arg.ok) return { status: 'unknown', code: 'SAGA_ARGUMENT', message: arg.message }
    const { workflow } = part.step.child as ChildDefinition
    const undo: UndoChild = { undo: { results: part.value ?? {} } }
    const answer = await run.runtime.child({
      workflow,
      workflowId: `${idOf(run, part)}/undo`,
      args: [arg.value, undo],
      shielded: true,
    })
    if (answer.status !== 'done') return answer
    const end = answer.value as ChildEnd
    if (end.outcome === 'cancelled') return { status: 'done', value: undefined }
    return { status: 'unknown', code: 'SAGA_CHILD_UNDO', message: `the child's undo ended ${end.outcome}` }
  })

interface ChildEnd {
  readonly outcome: string
  readonly results?: unknown
  readonly cause?: { readonly code: string }
}

function fromChild(answer: StepAnswer): StepAnswer {
  if (answer.status !== 'done') return answer
  const end = answer.value as ChildEnd
  if (end.outcome === 'completed') return { status: 'done', value: end.results }
  const code = end.cause?.code ?? `SAGA_CHILD_${end.outcome.toUpperCase()}`
  return { status: 'refused', code, details: { child: end.outcome } }
}
