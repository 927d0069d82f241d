import type { SagaDefinition } from '../../definition/definition.js'
import type { Effect } from './effects.js'
import { goOn } from './go-on.js'
import type { Simulation } from './simulation.js'
import { hasEffect } from './step-kinds.js'

/**
 * Runs a finished run again on the world it left, as if its execution had been deleted: it must change nothing.
 * Answers what it changed.
 */
export async function runAgain<TState>(simulation: Simulation<TState>): Promise<readonly string[]> {
  const before = simulation.world.effects.length
  const completed = completedOf(simulation)
  simulation.again()
  await goOn(simulation)
  const added = simulation.world.effects.slice(before).filter((effect) => !mayCatchUp(simulation.definition, effect))
  const changes = added.map(({ what, step, lane }) => `run again, it ${what} ${step} of ${lane}`)
  const now = completedOf(simulation)
  if (now === completed) return changes
  return [...changes, `run again, other lanes completed: ${now || 'none'} instead of ${completed || 'none'}`]
}

/** An optional step that failed may succeed now, and a step without an effect may look again. */
function mayCatchUp({ steps }: SagaDefinition, { step, what }: Effect): boolean {
  return what === 'did' && steps.some((one) => one.name === step && (one.optional || !hasEffect(one)))
}

function completedOf<TState>({ execution, definition, options }: Simulation<TState>): string {
  const keys = options.inputs.map((input) => definition.key(input))
  return keys.filter((key) => execution.lane(key)?.outcome === 'completed').join(', ')
}
