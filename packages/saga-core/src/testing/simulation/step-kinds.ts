import type { StepDefinition } from '../../definition/definition.js'

/** A step before the pivot that nothing undoes has no effect. */
export function hasEffect(step: StepDefinition): boolean {
  return step.kind !== 'compensatable' || step.compensate !== undefined
}

/** Steps that a completed lane need not have taken. */
export function maySkip(step: StepDefinition): boolean {
  return step.when !== undefined || step.elements !== undefined || step.optional
}
