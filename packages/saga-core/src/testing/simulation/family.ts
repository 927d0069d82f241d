import type { SagaDefinition, StepDefinition } from '../../definition/definition.js'
import type { ChildSagas } from '../run-in-memory.js'

/** A step as a simulation names it: a child's steps after the step that runs the child, `account.tenant`. */
export interface FamilyStep extends StepDefinition {
  /** `true` for a step of a child. */
  readonly inChild?: true
}

/** A saga with the steps of its children in the places of their `.child` steps. */
export interface FamilyDefinition extends SagaDefinition {
  readonly steps: readonly FamilyStep[]
}

/** The definition with its children's steps in the places of its `.child` steps, so that a saga's promises cover them. */
export function withChildren(definition: SagaDefinition, children: ChildSagas = {}): FamilyDefinition {
  return { ...definition, steps: definition.steps.flatMap((step) => stepsOf(step, children)) }
}

function stepsOf(step: StepDefinition, children: ChildSagas): readonly FamilyStep[] {
  const child = step.child && children[step.child.workflow]
  if (!child) return [step]
  const { compensation, steps } = withChildren(child, children)
  return steps.map((inner) => ({
    ...inner,
    name: `${step.name}.${inner.name}`,
    inChild: true,
    // Compensations that run at the same time do not wait for one another.
    independent: inner.independent || compensation === 'parallel',
  }))
}
