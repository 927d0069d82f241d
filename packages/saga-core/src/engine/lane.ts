import type { StepDefinition } from '../definition.js'
import type { Cause, CompensationState, LaneEnd, Outcome } from '../outcome.js'

/** A step of one lane whose compensation was armed, in the order the steps started. */
export interface ArmedStep {
  readonly step: StepDefinition
  state: CompensationState
  /** `known` tells `undefined` as a result from not knowing it. */
  result: { readonly known: boolean; readonly value?: unknown }
}

/** Where a lane is; `parked` and `compensating` are no ends. */
export type LaneStatus = 'running' | 'compensating' | 'parked' | 'ended'

/** One lane of a run, as the engine keeps it. */
export interface Lane {
  readonly key: string
  readonly input: unknown
  status: LaneStatus
  /** The step it is in, or was last in. */
  at: string
  readonly results: Record<string, unknown>
  readonly armed: ArmedStep[]
  cause?: Cause
  outcome?: Outcome
  /** Why it is parked. */
  parked?: {
    readonly phase: 'action' | 'compensation'
    readonly step: string
    readonly code: string
    readonly message: string
  }
}

/** A lane that has not started. */
export const newLane = (key: string, input: unknown): Lane => ({
  key,
  input,
  status: 'running',
  at: '',
  results: {},
  armed: [],
})

/** Ends a lane. */
export function endLane(lane: Lane, outcome: Outcome): void {
  lane.status = 'ended'
  lane.outcome = outcome
}

/** How a lane that turned back ends once it is unwound. */
export function outcomeOf(cause: Cause): Outcome {
  if (cause.kind === 'refused') return 'refused'
  return cause.kind === 'cancelled' ? 'cancelled' : 'failed'
}

/** The end of a lane, for the report. */
export function toLaneEnd(lane: Lane): LaneEnd {
  const compensations = Object.fromEntries(lane.armed.map(({ step, state }) => [step.name, state]))
  return {
    key: lane.key,
    outcome: lane.outcome as Outcome,
    ...(lane.cause && { cause: lane.cause }),
    ...(lane.armed.length > 0 && { compensations }),
  }
}
