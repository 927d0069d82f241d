import type { ChildDefinition } from '../../definition/definition.js'
import type { Stage } from '../../definition/stages.js'
import type { Code } from '../../saga-error.js'
import type { StepAnswer } from '../../wire/answer.js'
import { calledOff } from '../run/called-off.js'
import { keyOf, type Part } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { queueOf } from './call-request.js'
import { type ChildGroup, type ChildPurpose, startChildren } from './child-group.js'
import { argOf } from './shape.js'

/** The argument by which a child saga's workflow is told to undo a run that completed. */
interface UndoChild {
  readonly undo: { readonly results: unknown }
}

function toRequest(
  run: Run,
  part: Part,
  suffix = '',
  ...more: readonly unknown[]
): ReturnType<ChildPurpose['request']> {
  const arg = argOf(part)
  if (!arg.ok) return arg
  const { workflow } = part.step.child as ChildDefinition
  const [step, lane] = [part.step.name, keyOf(part)]
  const workflowId = `${run.runtime.workflowId}/${step}/${lane}${suffix}`
  const { attempt } = part.lane
  const value = { workflow, workflowId, attempt, ...queueOf(run, part.step), args: [arg.value, ...more], step, lane }
  return { ok: true, value }
}

/** Runs child sagas to their ends. The child of a lane that is called off is cancelled, and compensates its own steps first. */
export function runChildren(run: Run, stage: Stage, parts: readonly Part[]): ChildGroup {
  return startChildren(run, parts, {
    phase: 'action',
    request: (part) => toRequest(run, part),
    callsOff: (lane) => calledOff(run, stage, lane) !== undefined,
  })
}

/** Undoes child sagas that completed or may have completed: every step of theirs that can be undone, behind its own barrier. */
export function undoChildren(run: Run, parts: readonly Part[]): ChildGroup {
  return startChildren(run, parts, {
    phase: 'compensation',
    request(part) {
      const undo: UndoChild = { undo: { results: part.value ?? {} } }
      return toRequest(run, part, '/undo', undo)
    },
    callsOff: () => false,
  })
}

interface ChildEnd {
  readonly outcome: string
  readonly results?: unknown
  readonly cause?: { readonly code: Code }
}

/** A child's end as the answer of its step: a child that did not complete has compensated its own steps, unless it was abandoned. */
export function fromChild(answer: StepAnswer): StepAnswer {
  if (answer.status !== 'done') return answer
  const end = answer.value as ChildEnd
  if (end.outcome === 'completed') return { status: 'done', value: end.results }
  if (end.outcome === 'abandoned') {
    const message = 'an operator abandoned the child: its effects may stand'
    return { status: 'unknown', code: 'SAGA_CHILD_ABANDONED', message }
  }
  const code = end.outcome === 'duplicate' ? 'SAGA_CHILD_DUPLICATE' : (end.cause?.code ?? 'SAGA_CHILD_FAILED')
  return { status: 'refused', code, details: { child: end.outcome } }
}

/** The end of a child's undo as the answer of the compensation. */
export function fromUndoneChild(answer: StepAnswer): StepAnswer {
  if (answer.status !== 'done') return answer
  const { outcome } = answer.value as ChildEnd
  if (outcome === 'cancelled') return { status: 'done', value: undefined }
  return { status: 'unknown', code: 'SAGA_CHILD_UNDO', message: `the child's undo ended ${outcome}` }
}
