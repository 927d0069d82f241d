import type { StepDefinition } from '../../definition/definition.js'

/** A step before the pivot that nothing undoes has no effect. */
export const hasEffect = (step: StepDefinition): boolean =>
  step.kind !== 'compensatable' || step.compensate !== undefined

/** Steps that a completed lane need not have taken. */
export const maySkip = (step: StepDefinition): boolean =>
  step.when !== undefined || step.elements !== undefined || step.optional
