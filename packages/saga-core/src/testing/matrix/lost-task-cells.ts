import type { SagaDefinition } from '../../definition/definition.js'
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

/**
 * Makes a cell of every compensatable step of a saga, with and without a barrier: the worker dies after the step's effect, its workflow
 * task is lost, and the second execution, whose attempts are counted from 1 again, is refused. The effect is undone.
 */
export function lostTaskCells<TInput>(
  definition: SagaDefinition<TInput>,
  options: SimulationOptions<TInput, undefined>,
): readonly LostTaskCell[] {
  const steps = definition.steps.filter(
    ({ kind, invoke, compensate }) => kind === 'compensatable' && invoke && compensate,
  )
  return steps.flatMap(({ name: step }) =>
    (['model', 'none'] as const).map((barrier) => ({
      name: `${step}, ${barrier === 'none' ? 'without a barrier' : 'behind a barrier'}`,
      run: () => runCell(definition, { ...options, barrier, again: false }, step),
    })),
  )
}

async function runCell<TInput>(
  definition: SagaDefinition<TInput>,
  options: SimulationOptions<TInput, undefined>,
  step: string,
): Promise<readonly string[]> {
  const target = definition.key(options.inputs[0] as TInput)
  let tries = 0
  const run = await simulate(definition, options, (point): AttemptFault | undefined => {
    if (point.step !== step || point.phase !== 'action') return undefined
    const key = point.lanes.find((one) => laneOfKey(one) === target)
    if (key === undefined) return undefined
    return ++tries === 1 ? { kind: 'crashes', effect: 'done' } : { kind: 'refuses', lane: key }
  })
  // The effects of earlier steps without a barrier happen again in the second execution; that is no fault of this step.
  const alone = definition as SagaDefinition
  return [
    ...run.violations,
    ...(tries > 1 ? [] : [`${step} was tried ${tries} times: its workflow task was not lost`]),
    ...checkPromises({ ...alone, steps: alone.steps.filter(({ name }) => name === step) }, run),
  ]
}
