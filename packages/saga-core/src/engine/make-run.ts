import type { SagaDefinition } from '../definition.js'
import type { SagaRuntime } from '../runtime.js'
import { newAlarm } from './alarm.js'
import { begin } from './begin.js'
import type { Lane } from './lane.js'
import { type Run, stepsOf, toStages } from './run.js'
import { inTurns, type Turns } from './turns.js'

/** A run with the levers of its batch. */
export interface RunningRun {
  readonly run: Run
  readonly turns: Turns
}

/** Makes what all parts of the engine share about one run. */
export function makeRun(
  definition: SagaDefinition,
  host: SagaRuntime,
  lanes: readonly Lane[],
  how: Pick<Run, 'startedAt' | 'placement' | 'show'> & { readonly version: number },
): RunningRun {
  const steps = stepsOf(definition, how.version)
  const turns = inTurns(host)
  const { runtime, fault } = turns
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
    inTurn: turns.next,
  }
  return { run, turns }
}
