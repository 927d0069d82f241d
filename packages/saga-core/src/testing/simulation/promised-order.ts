import type { SagaDefinition, StepDefinition } from '../../definition/definition.js'
import type { Effect } from './effects.js'
import { hasEffect, maySkip } from './step-kinds.js'

/** The effects of one lane's steps at one moment. */
interface Standing {
  readonly definition: SagaDefinition
  /** Steps of which some effect stands. */
  readonly now: Map<string, number>
  readonly undone: Set<string>
}

/**
 * Checks one lane's effects in the order in which they happened: undone in reverse, no effect after an undo, and no effect of the
 * pivot or a later step before the effects of all earlier steps stand.
 */
export function checkOrder(definition: SagaDefinition, effects: readonly Effect[]): readonly string[] {
  const standing: Standing = { definition, now: new Map(), undone: new Set() }
  return effects.flatMap((effect) => {
    const step = definition.steps.find(({ name }) => name === effect.step)
    if (!step || !hasEffect(step)) return []
    return effect.what === 'did' ? afterDid(standing, step, effect) : afterUndo(standing, step, effect)
  })
}

function afterDid({ definition, now, undone }: Standing, step: StepDefinition, { lane }: Effect): readonly string[] {
  const before = definition.steps.slice(0, definition.steps.indexOf(step))
  const tooLate = before.filter((earlier) => undone.has(earlier.name))
  const missing = before.filter((earlier) => mustPrecede(earlier, step) && !now.has(earlier.name))
  now.set(step.name, (now.get(step.name) ?? 0) + 1)
  return [
    ...tooLate.map(({ name }) => `${lane}: ${step.name} took effect after ${name} was undone: it was not fenced`),
    ...missing.map(({ name }) => `${lane}: ${step.name} took effect before ${name}, and cannot be undone`),
  ]
}

function mustPrecede(earlier: StepDefinition, step: StepDefinition): boolean {
  return (
    (step.kind === 'pivot' || step.kind === 'retriable') &&
    earlier.kind !== 'retriable' &&
    hasEffect(earlier) &&
    !maySkip(earlier)
  )
}

function afterUndo({ definition, now, undone }: Standing, step: StepDefinition, { lane }: Effect): readonly string[] {
  const left = (now.get(step.name) ?? 0) - 1
  if (left > 0) now.set(step.name, left)
  else now.delete(step.name)
  undone.add(step.name)
  if (definition.compensation === 'parallel' && step.kind !== 'adopted') return []
  const after = definition.steps.slice(definition.steps.indexOf(step) + 1)
  const held = after.filter((later) => now.has(later.name) && !later.independent)
  return held.map((later) => `${lane}: ${step.name} was undone while ${later.name}, which came later, stood`)
}
