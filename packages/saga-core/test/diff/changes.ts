import type { SagaDefinition, StepDefinition } from 'saga-core'

/** A saga with one step changed; `undefined` takes a field away. */
export function withStep(
  definition: SagaDefinition,
  name: string,
  change: { readonly [F in keyof StepDefinition]?: StepDefinition[F] | undefined },
): SagaDefinition {
  return {
    ...definition,
    steps: definition.steps.map((step) => (step.name === name ? defined({ ...step, ...change }) : step)),
  }
}

function defined(step: object): StepDefinition {
  return Object.fromEntries(
    Object.entries(step).filter(([, value]) => value !== undefined),
  ) as unknown as StepDefinition
}

/** A saga without a step. */
export function without(definition: SagaDefinition, name: string): SagaDefinition {
  return {
    ...definition,
    steps: definition.steps.filter((step) => step.name !== name),
  }
}

/** A saga with a step more, before another. */
export function inserted(definition: SagaDefinition, before: string, step: StepDefinition): SagaDefinition {
  return {
    ...definition,
    steps: definition.steps.flatMap((one) => (one.name === before ? [step, one] : [one])),
  }
}

/** A saga with two steps in each other's place. */
export function swapped(definition: SagaDefinition, one: string, other: string): SagaDefinition {
  const [first, second] = [stepOf(definition, one), stepOf(definition, other)]
  const steps = definition.steps.map((step) => (step === first ? second : step === second ? first : step))
  return { ...definition, steps }
}

/** A step by its name. */
export function stepOf({ name, steps }: SagaDefinition, called: string): StepDefinition {
  const step = steps.find((one) => one.name === called)
  if (!step) throw new Error(`saga "${name}" has no step "${called}"`)
  return step
}

/** A saga under its next version. */
export function raised(definition: SagaDefinition, by = 1): SagaDefinition {
  return {
    ...definition,
    version: definition.version + by,
  }
}
