import type { SagaDefinition } from '../definition.js'
import type { SagaRuntime } from '../runtime.js'
import { newAlarm } from './alarm.js'
import { begin } from './begin.js'
import type { Lane } from './lane.js'
import { type Run, stepsOf, toStages } from './run.js'
import { inTurns } from './turns.js'

/** A run with the levers of its batch. */
export interface RunningRun {
  readonly run: Run
  /** True while an activity is called. */
  calling(): boolean
  /** The first error of a task: a fault of the engine or of a definition, never of a lane. */
  failure(): unknown
}

/** Makes what all parts of the engine share about one run. */
export function makeRun(
  definition: SagaDefinition,
  host: SagaRuntime,
  lanes: readonly Lane[],
  how: { readonly version: number; readonly placement: Run['placement']; readonly show: () => void },
): RunningRun {
  const steps = stepsOf(definition, how.version)
  let failure: unknown
  const fault = (error: unknown) => {
    failure ??= error
  }
  const { runtime, next, calling } = inTurns(host, fault)
  const spawn = (task: Promise<void>) => {
    task.catch(fault)
  }
  const run: Run = {
    definition,
    runtime,
    steps,
    stages: toStages(steps),
    placement: how.placement,
    underWay: new Map(),
    alarm: newAlarm(runtime, lanes),
    askers: new Set(),
    show: how.show,
    begin: (some) => begin(run, some),
    spawn,
    inTurn: next,
  }
  return { run, calling, failure: () => failure }
}
