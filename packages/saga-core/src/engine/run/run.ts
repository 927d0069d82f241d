import type { SagaDefinition, StepDefinition } from '../../definition/definition.js'
import { type Stage, stepsOf, toStages } from '../../definition/stages.js'
import type { Parked } from '../../wire/outcome.js'
import { type Alarm, newAlarm } from './alarm.js'
import type { Lane, Part } from './lane.js'
import type { SagaRuntime } from './runtime.js'
import type { TickRuntime, Ticks } from './tick-runtime.js'
import { inTicks } from './ticks.js'

/** A caller that waits for the early return of one lane's step. */
export interface Caller {
  readonly lane: Lane
  readonly step: string
}

/** The state that all modules of the engine share about one run. */
export interface Run {
  readonly definition: SagaDefinition
  readonly runtime: TickRuntime
  readonly lanes: readonly Lane[]
  /** The steps of this run's version, in order; adopted ones included. */
  readonly steps: readonly StepDefinition[]
  readonly stages: readonly Stage[]
  /** Epoch milliseconds at which the lanes started; continuing as new does not change it. */
  readonly startedAt: number
  /** The task queue of each step that is placed on another worker. */
  readonly placement: Readonly<Record<string, string>>
  /** Starts work beside the caller; the run does not end before its last lane, and a rejection ends the run with an error. */
  spawn(task: Promise<void>): void
  readonly alarm: Alarm
  readonly callers: Set<Caller>
  /** The checks of open calls and stages; each runs in a tick after a cancel, a deadline or an abort. */
  readonly callOffs: Set<() => void>
  /** `isOn` once the watch over lanes that are parked on their way forward has begun. */
  readonly watch: { isOn: boolean }
  /** Lanes that go no further, before a stage, in it or between two compensations, since the run is to continue as new. */
  readonly held: Set<Lane>
  /** Reports whether the run is to continue as new, so that lanes are held; it stays `true` until the run has done so. */
  holds(): boolean
  /** Parts whose child or compensation is running, with the reason for which the child is parked. */
  readonly underWay: Map<Part, Parked | undefined>
  /** Runs work that a message from outside caused in a tick of its own. */
  inTick(work: () => void): void
  /** Shows the run's state in the Temporal Web UI; called when a lane starts a step, waits, parks, rolls back or ends. */
  show(): void
}

/** Makes the shared state of one run, and the ticks that drive it. */
export function newRun(
  definition: SagaDefinition,
  host: SagaRuntime,
  lanes: readonly Lane[],
  how: Pick<Run, 'startedAt' | 'placement' | 'show' | 'holds'> & { readonly version: number },
): { readonly run: Run; readonly ticks: Ticks } {
  const steps = stepsOf(definition, how.version)
  const ticks = inTicks(host, () => run.alarm)
  const { runtime, fault } = ticks
  const run: Run = {
    definition,
    runtime,
    lanes,
    steps,
    stages: toStages(steps),
    startedAt: how.startedAt,
    placement: how.placement,
    watch: { isOn: false },
    held: new Set(),
    holds: how.holds,
    underWay: new Map(),
    alarm: newAlarm(runtime, lanes),
    callers: new Set(),
    callOffs: new Set(),
    show: how.show,
    spawn: (task) => {
      task.catch(fault)
    },
    inTick: ticks.next,
  }
  return { run, ticks }
}

/**
 * Reports whether a call of this step ends the workflow task before it, so that an execution whose task was lost cannot have passed the
 * step. A step with `when` is not durable: the lost execution may have left it out.
 */
export function isDurable(run: Run, step: StepDefinition): boolean {
  const endsTask =
    step.kind === 'pivot' ||
    step.wait !== undefined ||
    step.child !== undefined ||
    Object.hasOwn(run.placement, step.name)
  return endsTask && step.when === undefined
}

/** The position of the stage that has the step; -1 where the run's version has no such step. */
export function stageAt(run: Run, step: string): number {
  return run.stages.findIndex((stage) => stage.steps.some(({ name }) => name === step))
}
