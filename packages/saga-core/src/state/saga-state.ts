import type { SagaDefinition } from '../definition.js'
import type { Lane } from '../engine/lane.js'
import type { Cause, CompensationState, Outcome } from '../outcome.js'

/** Where one lane is. */
export interface LaneState {
  readonly key: string
  readonly status: 'running' | 'compensating' | 'parked' | 'ended'
  /** The step it is in, or was last in. */
  readonly at: string
  readonly outcome?: Outcome
  readonly cause?: Cause
  readonly parked?: {
    readonly phase: 'action' | 'compensation'
    readonly step: string
    readonly code: string
    readonly message: string
  }
  readonly compensations: { readonly [step: string]: CompensationState }
}

/** Where a run is: counts, and the first lanes that are not simply going on or done. */
export interface SagaState {
  readonly saga: string
  readonly version: number
  readonly lanes: number
  /** Lanes by status, and ended ones by outcome. */
  readonly counts: { readonly [statusOrOutcome: string]: number }
  /** Running lanes by step. */
  readonly running: { readonly [step: string]: number }
  /** At most {@link largestList}; parked ones first. */
  readonly notable: readonly LaneState[]
}

const largestList = 50

/** One lane's state. */
export function toLaneState(lane: Lane): LaneState {
  return {
    key: lane.key,
    status: lane.status,
    at: lane.at,
    ...(lane.outcome && { outcome: lane.outcome }),
    ...(lane.cause && { cause: lane.cause }),
    ...(lane.parked && { parked: lane.parked }),
    compensations: Object.fromEntries(lane.armed.map(({ step, state }) => [step.name, state])),
  }
}

/** A run's state. */
export function toState(definition: SagaDefinition, lanes: readonly Lane[]): SagaState {
  const counts: Record<string, number> = {}
  const running: Record<string, number> = {}
  for (const lane of lanes) {
    const word = lane.outcome ?? lane.status
    counts[word] = (counts[word] ?? 0) + 1
    if (lane.status === 'running') running[lane.at] = (running[lane.at] ?? 0) + 1
  }
  const parked = lanes.filter((lane) => lane.status === 'parked')
  const others = lanes.filter(
    (lane) => lane.status === 'compensating' || (lane.outcome && lane.outcome !== 'completed'),
  )
  return {
    saga: definition.name,
    version: definition.version,
    lanes: lanes.length,
    counts,
    running,
    notable: [...parked, ...others].slice(0, largestList).map(toLaneState),
  }
}
