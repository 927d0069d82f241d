import type { SagaDefinition } from '../../definition/definition.js'
import type { Effect } from './effects.js'
import { goOn } from './go-on.js'
import type { Stage } from './stage.js'
import { hasEffect } from './step-kinds.js'

/**
 * Runs a finished run again on the world it left, as if its execution had been deleted: it must change nothing.
 * Answers what it changed.
 */
export async function runAgain<TState>(stage: Stage<TState>): Promise<readonly string[]> {
  const before = stage.world.effects.length
  const completed = completedOf(stage)
  stage.again()
  await goOn(stage)
  const added = stage.world.effects.slice(before).filter((effect) => !mayCatchUp(stage.definition, effect))
  const changes = added.map(({ what, step, lane }) => `run again, it ${what} ${step} of ${lane}`)
  const now = completedOf(stage)
  if (now === completed) return changes
  return [...changes, `run again, other lanes completed: ${now || 'none'} instead of ${completed || 'none'}`]
}

/** An optional step that failed may succeed now, and a step without an effect may look again. */
const mayCatchUp = ({ steps }: SagaDefinition, { step, what }: Effect): boolean =>
  what === 'did' && steps.some((one) => one.name === step && (one.optional || !hasEffect(one)))

function completedOf<TState>({ execution, definition, options }: Stage<TState>): string {
  const keys = options.inputs.map((input) => definition.key(input))
  return keys.filter((key) => execution.lane(key)?.outcome === 'completed').join(', ')
}
