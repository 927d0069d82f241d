import type { SagaDefinition } from '../../definition/definition.js'
import { stepsOf } from '../../definition/stages.js'
import { checkInvariants } from '../simulation/check-invariants.js'
import { withChildren } from '../simulation/family.js'
import { type AttemptFault, type AttemptPoint, describeFault } from '../simulation/faults.js'
import { checkPromises, type Invariant } from '../simulation/promises.js'
import { type Simulated, type SimulatedEnd, simulate, whyOf } from '../simulation/simulate.js'
import type { SimulationOptions } from '../simulation/simulation-options.js'
import { toSequence } from '../simulation/trace.js'
import { type FaultKind, type Placement, placementsAt } from './placements.js'

/** The inputs, faults and bound of an exploration. */
export interface ExplorerOptions<TInput = unknown, TState = unknown>
  extends Omit<SimulationOptions<TInput, TState>, 'cancelled'> {
  /** The kinds of faults that are placed. Default `crash`, `duplicate`, `late`, `cancel`. */
  readonly faults?: readonly FaultKind[]
  /** `true` when each finished run is run again, to see that it changes nothing. Default `false`. */
  readonly again?: boolean
  /** The largest number of faults in one run, a whole number. Default 2. */
  readonly bound?: number
  /** Invariants of the test's own, beside the library's promises. */
  readonly invariants?: readonly Invariant<TState>[]
}

/** A run that breaks a promise; no run with fewer faults does. */
export interface CounterExample {
  readonly faults: readonly string[]
  readonly wrong: readonly string[]
  /** The run as a Mermaid sequence diagram. */
  readonly diagram: string
}

/** The result of an exploration: the number of its runs, and the first that breaks a promise. */
export interface Exploration {
  readonly runs: number
  readonly counterExample?: CounterExample
}

type Schedule = readonly Placement[]

/**
 * Runs a saga through every interleaving of so many faults, those with fewer faults first, and stops at the first that breaks a
 * promise. The run without a fault must complete.
 *
 * @throws Error when the bound is not a whole number, 0 or more.
 * @example
 * const { counterExample } = await explore(tripSaga, { inputs: [trip] })
 * expect(counterExample?.diagram).toBeUndefined()
 */
export async function explore<TInput, TState = undefined>(
  definition: SagaDefinition<TInput>,
  options: ExplorerOptions<TInput, TState>,
): Promise<Exploration> {
  const { bound = 2 } = options
  if (!Number.isInteger(bound) || bound < 0)
    throw new Error(`The bound of an exploration is ${bound}. Give a whole number of faults, 0 or more.`)
  const kinds = new Set(options.faults ?? (['crash', 'duplicate', 'late', 'cancel'] as const))
  const byCost: Schedule[][] = Array.from({ length: bound + 1 }, () => [])
  byCost[0]?.push([])
  let runs = 0
  for (const [cost, schedules] of byCost.entries()) {
    for (const schedule of schedules) {
      runs++
      const { run, seen, wrong } = await runSchedule(definition, options, schedule)
      if (wrong.length > 0) return { runs, counterExample: toExample(schedule, seen, run, wrong) }
      for (const placement of extensions(schedule, seen.length, kinds))
        byCost[cost + placement.cost]?.push([...schedule, placement])
    }
    schedules.length = 0
  }
  return { runs }
}

/** Faults come in the order of their attempts, and one cancel is enough. */
function extensions(schedule: Schedule, attempts: number, kinds: ReadonlySet<FaultKind>): readonly Placement[] {
  const from = (schedule.at(-1)?.index ?? -1) + 1
  const cancelled = schedule.some(isCancel)
  const places = Array.from({ length: Math.max(0, attempts - from) }, (_, at) =>
    placementsAt(from + at, attempts, kinds),
  )
  return places.flat().filter((placement) => !(cancelled && isCancel(placement)))
}

function isCancel({ fault }: Placement): boolean {
  return fault.kind === 'cancelled' || ('cancelled' in fault && fault.cancelled === true)
}

async function runSchedule<TInput, TState>(
  definition: SagaDefinition<TInput>,
  options: ExplorerOptions<TInput, TState>,
  schedule: Schedule,
) {
  const seen: AttemptPoint[] = []
  const faultOf = newFaults(schedule)
  const run = await simulate(definition, { ...options, again: options.again ?? false }, (point) => {
    seen.push(point)
    return faultOf(point)
  })
  const met = schedule.filter(({ index }) => index < seen.length).length
  const wrong = [
    ...run.violations,
    ...(schedule.length === 0 ? run.ends.flatMap(notCompleted) : []),
    ...(met === schedule.length ? [] : [`${met} of ${schedule.length} faults happened: not deterministic`]),
    ...checkCallOffs(definition as SagaDefinition, options.inputs, schedule, seen),
    ...checkPromises(withChildren(definition as SagaDefinition, options.children), run),
    ...checkInvariants(options.invariants, run),
  ]
  return { run, seen, wrong }
}

/** The faults of a schedule; an outage goes on with the attempts of its call, also as the run is cancelled. */
function newFaults(schedule: Schedule): (point: AttemptPoint) => AttemptFault | undefined {
  const placed = new Map(schedule.map((placement) => [placement.index, placement]))
  let down: { readonly step: string; readonly phase: string; left: number } | undefined
  return ({ index, step, phase }) => {
    const { fault, lasts } = placed.get(index) ?? {}
    if (lasts !== undefined) down = { step, phase, left: lasts }
    if (!down || down.step !== step || down.phase !== phase || down.left-- <= 0) return fault
    const fails = { kind: 'fails', effect: false, final: false } as const
    if (fault?.kind === 'cancelled') return { ...fails, calledOff: 'cancel' }
    return fault ?? fails
  }
}

/** Checks that no attempt of a step that can be undone begins after the deadline of its lane, and no further one after a cancel. */
function checkCallOffs(
  definition: SagaDefinition,
  inputs: readonly unknown[],
  schedule: Schedule,
  seen: readonly AttemptPoint[],
): readonly string[] {
  const cancel = seen[schedule.find(isCancel)?.index ?? -1]
  const deadline = Math.min(...inputs.map((input) => definition.deadline?.(input, 0) ?? Number.POSITIVE_INFINITY))
  const undone = stepsOf(definition, definition.version).filter(({ kind }) => kind === 'compensatable')
  const actions = seen.filter(({ phase, step }) => phase === 'action' && undone.some(({ name }) => name === step))
  // The lanes of a second execution start with its own clock.
  const late = actions.filter(({ at, execution }) => execution === 1 && at > deadline)
  const again = actions.filter(
    ({ index, execution, attempt }) =>
      cancel !== undefined && index > cancel.index && execution === cancel.execution && attempt > 1,
  )
  return [
    ...late.map(({ step, at }) => `${step} was tried at ${at} ms, after the deadline of ${deadline} ms`),
    ...again.map(({ step, attempt }) => `${step} was tried for the ${attempt}. time after the run was cancelled`),
  ]
}

/** Checks that lanes complete without a fault; a saga that always rolls back would leave its way forward unexplored. */
function notCompleted({ key, outcome, cause }: SimulatedEnd): readonly string[] {
  return outcome === 'completed' ? [] : [`without a fault, ${key} ended ${outcome}${whyOf(cause)}, not completed`]
}

function toExample<TState>(
  schedule: Schedule,
  seen: readonly AttemptPoint[],
  run: Simulated<TState>,
  wrong: readonly string[],
): CounterExample {
  const faults = schedule.map(({ index, fault, lasts }) => {
    const point = seen[index]
    const more = lasts === undefined ? '' : `, ${lasts} times`
    return `${point?.phase} of ${point?.step} ${describeFault(fault)}${more}`
  })
  return { faults, wrong, diagram: toSequence(run.trace) }
}
