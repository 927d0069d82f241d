import type { SagaDefinition, StepDefinition } from '../../definition/definition.js'
import { laneOfKey } from '../../wire/names.js'
import type { AttemptFault } from '../simulation/faults.js'
import { checkPromises } from '../simulation/promises.js'
import { simulate } from '../simulation/simulate.js'
import type { SimulationOptions } from '../simulation/simulation-options.js'

/** One step whose effect a lost execution has had, and which refuses the lane in the next execution. */
export interface LostTaskCell {
  readonly name: string
  /** Runs the cell; answers the promises it breaks. */
  run(): Promise<readonly string[]>
}

/** The step that is refused in the second execution, and the one after whose effect the worker dies: the same, or the one behind it. */
interface Plan {
  readonly refused: StepDefinition
  readonly dies: StepDefinition
}

/**
 * Makes a cell of every compensatable step of a saga, with and without a barrier: the worker dies after the effect of the step, or of the
 * next one, its workflow task is lost, and the second execution, whose attempts are counted from 1 again, is refused. The effects are undone.
 */
export function lostTaskCells<TInput>(
  definition: SagaDefinition<TInput>,
  options: SimulationOptions<TInput, undefined>,
): readonly LostTaskCell[] {
  return plansOf(definition.steps).flatMap((plan) =>
    (['model', 'none'] as const).map((barrier) => ({
      name: `${nameOf(plan)}, ${barrier === 'none' ? 'without a barrier' : 'behind a barrier'}`,
      run: () => runCell(definition, { ...options, barrier, again: false }, plan),
    })),
  )
}

function plansOf(all: readonly StepDefinition[]): readonly Plan[] {
  const steps = all.filter(({ kind, invoke, compensate }) => kind === 'compensatable' && invoke && compensate)
  return steps.flatMap((refused, at) => {
    const next = steps.slice(at + 1).find(({ group }) => group === undefined || group !== refused.group)
    return [refused, ...(next ? [next] : [])].map((dies) => ({ refused, dies }))
  })
}

function nameOf({ refused, dies }: Plan): string {
  return refused === dies ? refused.name : `${refused.name}, and ${dies.name} behind it`
}

async function runCell<TInput>(
  definition: SagaDefinition<TInput>,
  options: SimulationOptions<TInput, undefined>,
  { refused, dies }: Plan,
): Promise<readonly string[]> {
  const target = definition.key(options.inputs[0] as TInput)
  let isLost = false
  let tries = 0
  const run = await simulate(definition, options, ({ step, phase, lanes }): AttemptFault | undefined => {
    const key = lanes.find((one) => laneOfKey(one) === target)
    if (phase !== 'action' || key === undefined) return undefined
    if (!isLost && step === dies.name) {
      isLost = true
      return { kind: 'crashes', effect: 'done' }
    }
    if (!isLost || step !== refused.name) return undefined
    tries += 1
    return { kind: 'refuses', lane: key }
  })
  // The effects of earlier steps without a barrier happen again in the second execution; that is no fault of these steps.
  const alone = definition as SagaDefinition
  const steps = alone.steps.filter(({ name }) => name === refused.name || name === dies.name)
  return [
    ...run.violations,
    ...(tries > 0 ? [] : [`${refused.name} was not tried again: its workflow task was not lost`]),
    ...checkPromises({ ...alone, steps }, run),
  ]
}
