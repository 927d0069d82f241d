import type { StepDefinition } from './definition.js'

/** Steps that run at the same time: one, or a parallel group. */
export interface Stage {
  readonly kind: StepDefinition['kind']
  readonly steps: readonly [StepDefinition, ...StepDefinition[]]
}

/** The steps that a run of this version has, in order; of a definition or of its outline. */
export function stepsOf<TStep extends Pick<StepDefinition, 'since' | 'until'>>(
  { steps }: { readonly steps: readonly TStep[] },
  version: number,
): readonly TStep[] {
  return steps.filter(({ since = 1, until = Number.POSITIVE_INFINITY }) => since <= version && version < until)
}

/** The stages in which steps run; adopted steps are in none. */
export function toStages(steps: readonly StepDefinition[]): readonly Stage[] {
  const stages: { kind: Stage['kind']; steps: [StepDefinition, ...StepDefinition[]] }[] = []
  for (const step of steps) {
    if (step.kind === 'adopted') continue
    const last = stages.at(-1)
    if (last && step.group !== undefined && last.steps[0].group === step.group) last.steps.push(step)
    else stages.push({ kind: step.kind, steps: [step] })
  }
  return stages
}

/** Reports whether a step has an effect that can be undone. */
export function hasUndo({ compensate, child }: StepDefinition): boolean {
  return compensate !== undefined || child !== undefined
}

/** Reports whether a lane parks at this step when the step's outcome is unknown. */
export function parksUnknown({ kind, onUnknown }: StepDefinition): boolean {
  return kind !== 'compensatable' || onUnknown !== 'compensate'
}
