import type { Code } from '../saga-error.js'
import type { Cause, LaneEnd, Outcome } from '../wire/outcome.js'
import type { Message } from '../wire/set-wise.js'
import { nameOf, type Part } from './part.js'
import type { Run } from './run.js'

/** Where a lane is; `parked` and `compensating` are no ends. */
export type LaneStatus = 'running' | 'waiting' | 'compensating' | 'parked' | 'ended'

/** Why a lane is parked. */
export interface Parked {
  readonly phase: 'action' | 'compensation'
  readonly step: string
  readonly code: Code
  readonly message: string
  /** The workflow id of the child saga that is parked, and parks this lane: what there is to say is said to that run. */
  readonly child?: string
}

/** One lane of a run, as the engine keeps it. */
export interface Lane {
  readonly key: string
  readonly input: unknown
  /** Raised when a lane starts over. */
  readonly attempt: number
  /** Epoch milliseconds after which it rolls back, unless it has passed its pivot. */
  readonly deadline: number
  status: LaneStatus
  /** While it waits: epoch milliseconds at which it wants to be looked at again. */
  wakesAt: number
  /** The step it is in, or was last in. */
  at: string
  pastPivot: boolean
  readonly results: Record<string, unknown>
  /** In the order in which they started. */
  readonly parts: Part[]
  /** The first message to each wait. */
  readonly inbox: Record<string, Message>
  readonly partly: string[]
  cause?: Cause
  outcome?: Outcome
  parked?: Parked
  /** Epoch milliseconds since when it has been parked, or been rolling back. */
  since?: number
  /** While it waits for a decision: how the activity that decides failed last. */
  pending?: { readonly code: Code; readonly message: string }
  /** Who asked for it to be rolled back. */
  aborted?: { readonly actor: string; readonly reason: string }
}

/** A lane that has not started. */
export const newLane = (key: string, input: unknown, attempt: number, deadline: number): Lane => ({
  key,
  input,
  attempt,
  deadline,
  status: 'running',
  wakesAt: Number.POSITIVE_INFINITY,
  at: '',
  pastPivot: false,
  results: {},
  parts: [],
  inbox: {},
  partly: [],
})

/** Ends a lane. */
export function endLane(lane: Lane, outcome: Outcome): void {
  lane.status = 'ended'
  lane.outcome = outcome
}

/** Parks a lane. */
export function park({ runtime }: Pick<Run, 'runtime'>, lane: Lane, parked: Parked): void {
  lane.since = runtime.now()
  lane.status = 'parked'
  lane.parked = parked
}

const outcomes = {
  refused: 'refused',
  cancelled: 'cancelled',
  aborted: 'cancelled',
  expired: 'expired',
  unknown: 'failed',
  fenced: 'failed',
  invalid: 'failed',
} as const satisfies Record<Cause['kind'], Outcome>

/** How a lane that rolled back ends once it is unwound. */
export const outcomeOf = (cause: Cause): Outcome => outcomes[cause.kind]

/** What became of a lane's compensations, by step. */
export const compensationsOf = (lane: Lane): LaneEnd['compensations'] =>
  Object.fromEntries(lane.parts.flatMap((part) => (part.compensation ? [[nameOf(part), part.compensation]] : [])))

/** The end of a lane, for the report. */
export function toLaneEnd(lane: Lane): LaneEnd {
  const turned = lane.outcome !== 'completed' && lane.parts.some((part) => part.compensation)
  return {
    key: lane.key,
    outcome: lane.outcome as LaneEnd['outcome'],
    ...(lane.cause && { cause: lane.cause }),
    ...(turned && { compensations: compensationsOf(lane) as NonNullable<LaneEnd['compensations']> }),
    ...(lane.partly.length > 0 && { partly: lane.partly }),
  }
}
