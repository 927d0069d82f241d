import type { SagaDefinition, StepDefinition } from '../definition/definition.js'
import type { Alarm } from './alarm.js'
import type { Asker } from './early-returns.js'
import type { Lane, Parked } from './lane.js'
import type { Part } from './part.js'
import type { TickRuntime } from './ticks.js'

/** Steps that run at the same time: one, or a parallel group. */
export interface Stage {
  readonly kind: StepDefinition['kind']
  readonly steps: readonly [StepDefinition, ...StepDefinition[]]
}

/** What all parts of the engine share about one run. */
export interface Run {
  readonly definition: SagaDefinition
  readonly runtime: TickRuntime
  readonly lanes: readonly Lane[]
  /** The steps this run's version has, in order; adopted ones included. */
  readonly steps: readonly StepDefinition[]
  readonly stages: readonly Stage[]
  /** Epoch milliseconds at which its lanes started: before it continued as new, if it did. */
  readonly startedAt: number
  /** The task queue of each step that is placed on another worker. */
  readonly placement: Readonly<Record<string, string>>
  /** Takes lanes from their very beginning: ownership, adopted effects, first step. */
  begin(lanes: readonly Lane[]): void
  /** Runs beside everything else; the run does not end before it. */
  spawn(task: Promise<void>): void
  readonly alarm: Alarm
  /** Who waits to be told of a step. */
  readonly askers: Set<Asker>
  /** Whether somebody looks after lanes that are parked on their way forward. */
  readonly watch: { isOn: boolean }
  /** Parts whose child or whose compensation is under way; and why the child is parked, where it is. */
  readonly underWay: Map<Part, Parked | undefined>
  /** Does something in a tick of its own: for what follows from something said to the run from outside. */
  inTick(work: () => void): void
  /** Shows people where the run is: said wherever a lane starts a step, waits, parks, rolls back or ends. */
  show(): void
}

/** The steps that a run of this version has. */
export const stepsOf = (definition: SagaDefinition, version: number): readonly StepDefinition[] =>
  definition.steps.filter(({ since = 1, until = Number.POSITIVE_INFINITY }) => since <= version && version < until)

/** Steps in the stages in which they run. */
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

/**
 * True for steps a lost execution cannot have passed: starting them ends the workflow task before. One that lanes may leave out is
 * none of them: the lost execution may have left it out.
 */
export const isDurable = (run: Run, step: StepDefinition): boolean =>
  step.when === undefined &&
  (step.kind === 'pivot' ||
    step.wait !== undefined ||
    step.child !== undefined ||
    Object.hasOwn(run.placement, step.name))

/** The stage a lane's step is in. */
export const stageAt = (run: Run, step: string): number =>
  run.stages.findIndex((stage) => stage.steps.some(({ name }) => name === step))

/** Lanes that go on, of those given. */
export const stillRunning = (lanes: readonly Lane[]): readonly Lane[] =>
  lanes.filter((lane) => lane.status === 'running')
