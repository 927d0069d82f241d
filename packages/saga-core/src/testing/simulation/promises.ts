import { laneOfKey } from '../../wire/names.js'
import type { Effect } from './effects.js'
import type { FamilyDefinition, FamilyStep } from './family.js'
import { checkOrder } from './promised-order.js'
import type { Simulated, SimulatedEnd } from './simulate.js'
import { hasEffect, maySkip } from './step-kinds.js'

/** A check of a run at rest: it throws or answers the violations, and answers nothing when there are none. */
export type Invariant<TState = unknown> = (run: Simulated<TState>) => string | readonly string[] | undefined

/** Checks the promises of every saga against the effects of its steps and those of its children. */
export function checkPromises(
  definition: FamilyDefinition,
  run: Pick<Simulated, 'ends' | 'effects'>,
): readonly string[] {
  return run.ends.flatMap((end) => {
    const effects = run.effects.filter((effect) => laneOfKey(effect.lane) === end.key)
    const steps = definition.steps.filter(hasEffect)
    return [...steps.flatMap((step) => checkStep(step, end, effects)), ...checkOrder(definition, effects)]
  })
}

function checkStep(step: FamilyStep, end: SimulatedEnd, effects: readonly Effect[]): readonly string[] {
  const own = effects.filter((effect) => effect.step === step.name)
  const parts = Map.groupBy(own, (effect) => effect.lane)
  if (parts.size === 0) parts.set(end.key, [])
  const allowed = allowedOf(step, end.outcome)
  return [...parts].flatMap(([lane, history]) => {
    const found = history.map(({ what }) => what).join(', ')
    if (allowed.includes(found)) return []
    const expected = allowed.map((one) => one || 'nothing').join(' or ')
    return [`${lane} ended ${end.outcome}, but of ${step.name} happened ${found || 'nothing'}; expected ${expected}`]
  })
}

const undone = 'did, undid'

function allowedOf(step: FamilyStep, outcome: SimulatedEnd['outcome']): readonly string[] {
  switch (outcome) {
    case 'completed':
      return maySkip(step) ? ['did', '', undone] : ['did']
    case 'duplicate':
      return step.kind === 'adopted' && !step.inChild ? ['did'] : ['']
    case 'parked':
      return step.compensate ? ['', 'did', undone] : ['', 'did']
    default:
      if (step.kind === 'adopted' && !step.inChild) return [undone]
      if (step.compensate) return ['', undone]
      // Effects of a child from its pivot on stand, though its parent rolls back.
      return step.inChild ? ['', 'did'] : ['']
  }
}
