import type { SagaDefinition } from '../../definition/definition.js'
import type { SagaState } from '../../engine/state/saga-state.js'
import type { CompensationState, LaneEnd, Outcome, Parked, SagaReport, ToldCause } from '../../wire/outcome.js'
import type { Effect } from './effects.js'
import type { FaultScript } from './faults.js'
import { goOn } from './go-on.js'
import { runAgain } from './run-again.js'
import { Simulation } from './simulation.js'
import type { SimulationOptions } from './simulation-options.js'
import type { TraceLine } from './trace.js'

/** The end of one lane of a simulated run; `parked` when it has none. */
export interface SimulatedEnd {
  readonly key: string
  readonly outcome: Outcome | 'parked'
  readonly cause?: ToldCause
  readonly compensations?: { readonly [step: string]: CompensationState }
}

/** A simulated run, once it is at rest. */
export interface Simulated<TState = unknown> {
  readonly ends: readonly SimulatedEnd[]
  /** In the order in which they happened; adopted ones come first. */
  readonly effects: readonly Effect[]
  readonly state: TState
  /** The run's state at each time it was parked, before its faults were lifted. */
  readonly parked: readonly SagaState[]
  /** Attempts that had a fault. */
  readonly faults: number
  /** Faults of the run as a whole: it does not end, is at rest and neither ended nor parked, or differs when it is replayed. */
  readonly violations: readonly string[]
  readonly trace: readonly TraceLine[]
}

/**
 * Runs a saga in memory against scripted faults until it is at rest: a crash loses what was not durable and executes the run again,
 * late attempts commit, a parked run is taken up again with its faults lifted. The same script gives the same run.
 */
export async function simulate<TInput, TState>(
  definition: SagaDefinition<TInput>,
  options: SimulationOptions<TInput, TState>,
  script: FaultScript,
): Promise<Simulated<TState>> {
  const simulation = new Simulation<TState>(definition as SagaDefinition, options, script)
  const parked = await goOn(simulation)
  await simulation.attempts.land(Number.POSITIVE_INFINITY)
  await simulation.clock.idle()
  const ends = endsOf(simulation)
  const effects = [...simulation.world.effects]
  const over = !simulation.isBrokenOff && ends.every(({ outcome }) => outcome !== 'parked')
  if (over && options.again !== false) simulation.violations.push(...(await runAgain(simulation)))
  return {
    ends,
    effects,
    state: simulation.world.state,
    parked,
    faults: simulation.attempts.faults,
    violations: simulation.violations,
    trace: simulation.trace.lines,
  }
}

/** The cause of a lane's end, in brackets behind a sentence. */
export function whyOf(cause: ToldCause | undefined): string {
  return cause ? ` (${[cause.step, cause.code, cause.message].filter((part) => part !== undefined).join(': ')})` : ''
}

function endsOf<TState>(simulation: Simulation<TState>): readonly SimulatedEnd[] {
  if (simulation.isBrokenOff) return []
  const ended = simulation.execution.ended()
  if (ended && 'error' in ended) simulation.violated(`the run threw: ${String(ended.error)}`)
  const report = ended && 'report' in ended ? ended.report : undefined
  if (!ended && !simulation.execution.state().counts.parked) {
    simulation.violated(
      `the run is at rest, but neither ended nor parked: ${JSON.stringify(simulation.execution.state().counts)}`,
    )
  }
  const ends = keysOf(simulation).map((key) => (report ? fromReport(report, key) : fromLane(simulation, key)))
  for (const { key, outcome } of ends) simulation.trace.note('workflow', `${key} ends ${outcome}`)
  return ends
}

function keysOf<TState>({ definition, options }: Simulation<TState>): readonly string[] {
  return [...new Set(options.inputs.map((input) => definition.key(input)))]
}

function fromReport(report: SagaReport, key: string): SimulatedEnd {
  const end: LaneEnd | undefined = report.except.find((one) => one.key === key)
  return end ?? { key, outcome: 'completed' }
}

function fromLane<TState>(simulation: Simulation<TState>, key: string): SimulatedEnd {
  const { outcome = 'parked', cause, parked } = simulation.execution.lane(key) ?? {}
  const known = cause ?? (parked && { kind: 'unknown' as const, ...pick(parked) })
  return { key, outcome, ...(known && { cause: known }) }
}

function pick({ step, code, message }: Parked) {
  return { step, code, message }
}
