import type { SagaDefinition } from '../definition/definition.js'
import { newAlarm } from './alarm.js'
import { begin } from './forward/begin.js'
import type { Lane } from './lane.js'
import { type Run, stepsOf, toStages } from './run.js'
import type { SagaRuntime } from './runtime.js'
import { inTicks, type Ticks } from './ticks.js'

/** A run with the levers of its batch. */
export interface RunningRun {
  readonly run: Run
  readonly ticks: Ticks
}

/** Makes what all parts of the engine share about one run. */
export function makeRun(
  definition: SagaDefinition,
  host: SagaRuntime,
  lanes: readonly Lane[],
  how: Pick<Run, 'startedAt' | 'placement' | 'show'> & { readonly version: number },
): RunningRun {
  const steps = stepsOf(definition, how.version)
  const ticks = inTicks(host)
  const { runtime, fault } = ticks
  const spawn = (task: Promise<void>) => {
    task.catch(fault)
  }
  const run: Run = {
    definition,
    runtime,
    lanes,
    steps,
    stages: toStages(steps),
    startedAt: how.startedAt,
    placement: how.placement,
    watch: { isOn: false },
    underWay: new Map(),
    alarm: newAlarm(runtime, lanes),
    askers: new Set(),
    show: how.show,
    begin: (some) => begin(run, some),
    spawn,
    inTick: ticks.next,
  }
  return { run, ticks }
}
