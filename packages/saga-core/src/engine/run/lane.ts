import type { StepDefinition } from '../../definition/definition.js'
import { hasUndo } from '../../definition/stages.js'
import type { Code } from '../../saga-error.js'
import { partName, travellingKey } from '../../wire/names.js'
import type { Cause, CompensationState, LaneEnd, Outcome, Parked } from '../../wire/outcome.js'
import type { Message } from '../../wire/set-wise.js'

/** The status of a lane; a lane that is `parked` or `compensating` has not ended. */
export type LaneStatus = 'running' | 'waiting' | 'compensating' | 'parked' | 'ended'

/** One lane of a run, as the engine keeps it. */
export interface Lane {
  readonly key: string
  readonly input: unknown
  /** Raised when the lane starts over. */
  readonly attempt: number
  /** Epoch milliseconds after which the lane rolls back, unless it has passed its pivot. */
  readonly deadline: number
  status: LaneStatus
  /** Epoch milliseconds of the timer of a waiting lane. */
  wakesAt: number
  /** Epoch milliseconds at which the lane's wait ends, where they count from its begin. */
  waitsUntil?: number
  /** The step the lane is in, or was last in. */
  at: string
  pastPivot: boolean
  readonly results: Record<string, unknown>
  /** In the order in which their calls started. */
  readonly parts: Part[]
  /** The first message to each wait. */
  readonly inbox: Record<string, Message>
  readonly partly: string[]
  cause?: Cause
  outcome?: Outcome
  parked?: Parked
  /** Epoch milliseconds at which the lane parked or began to roll back. */
  since?: number
  /** The last failure of the activity that decides a waiting lane. */
  pending?: { readonly code: Code; readonly message: string }
  /** The calls that are being retried, by the name of their part. */
  readonly retries: Record<string, Retry>
  /** The operator who aborted the lane. */
  aborted?: { readonly actor: string; readonly reason: string }
}

/** A call that is being retried. */
export interface Retry {
  /** The number of the attempt. */
  readonly attempt: number
  /** Epoch milliseconds since when it is known. */
  readonly since: number
  /** The last failure; known where the run continued as new during the retries. */
  readonly error?: Doubt
}

/** The state of a part's action; `ahead`: this execution never called it, an execution whose task was lost may have. */
export type PartAction = 'ahead' | 'asked' | 'done' | 'refused' | 'fenced' | 'unknown'

/** The failure that leaves an action unknown. */
interface Doubt {
  readonly code: Code
  readonly message: string
}

/** A lane's share of a step, or of one element of a list step: its call, the answer, and its compensation. */
export interface Part {
  readonly lane: Lane
  readonly step: StepDefinition
  /** The name under which an execution of another definition started the part, where `step` has another in its place. */
  startedAs?: string
  /** The element's key, in a list step. */
  readonly element?: string
  readonly item?: unknown
  action: PartAction
  /** The failure of the action about which the step's `verify` is asked. */
  doubt?: Doubt
  /** The action's result, once it is done. */
  value?: unknown
  /** The data that the action returned for its compensation alone. */
  undo?: unknown
  /** Absent where the step has nothing to undo. */
  compensation?: CompensationState
  /** The failure of a stuck compensation. */
  stuck?: Parked
  /** The time for which the compensation has been unconfirmed, in milliseconds of pauses. */
  unconfirmedMs?: number
  /** `true` once a message asks to call the unconfirmed compensation again. */
  isNudged?: boolean
}

/** Has no members but its own, and in V8 none of the hash table that each `Object.create(null)` has: a lane has three of them. */
class Names {}
Reflect.deleteProperty(Names.prototype, 'constructor')
Object.setPrototypeOf(Names.prototype, null)

/** A record by names that a definition gives, which may be those of members of Object. */
export function named<T>(entries: Readonly<Record<string, T>> = {}): Record<string, T> {
  return Object.assign(new Names(), entries)
}

/** Makes a lane that has not started. */
export function newLane(key: string, input: unknown, attempt: number, deadline: number): Lane {
  return {
    key,
    input,
    attempt,
    deadline,
    status: 'running',
    wakesAt: Number.POSITIVE_INFINITY,
    at: '',
    pastPivot: false,
    results: named(),
    parts: [],
    inbox: named(),
    partly: [],
    retries: named(),
  }
}

/** Makes a part; the caller adds it to its lane. */
export function newPart(lane: Lane, step: StepDefinition, action: PartAction, element?: string, item?: unknown): Part {
  return {
    lane,
    step,
    action,
    ...(element !== undefined && { element, item }),
    ...(hasUndo(step) && { compensation: 'armed' as const }),
  }
}

/** The part of a lane for a step, or for one element of it, if it was made. */
export function findPart(lane: Lane, step: StepDefinition, element?: string): Part | undefined {
  return lane.parts.find((part) => part.step === step && part.element === element)
}

/** The key under which a part's calls travel. */
export function keyOf({ lane, element }: Pick<Part, 'lane' | 'element'>): string {
  return travellingKey(lane, element)
}

/** The part's name in states and reports: `step` or `step[element]`. */
export function nameOf({ step, element }: Part): string {
  return partName(step.name, element)
}

/** Reports whether a part's compensation was called and has not been confirmed. */
export function isUnconfirmed({ compensation }: Part): boolean {
  return compensation === 'unconfirmed'
}

/** The lanes that go on forward. */
export function stillRunning(lanes: readonly Lane[]): readonly Lane[] {
  return lanes.filter((lane) => lane.status === 'running')
}

export function endLane(lane: Lane, outcome: Outcome): void {
  lane.status = 'ended'
  lane.outcome = outcome
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

/** The outcome of a lane that rolled back for this cause. */
export function outcomeOf(cause: Cause): Outcome {
  return outcomes[cause.kind]
}

/** The states of a lane's compensations, by step. */
export function compensationsOf(lane: Lane): LaneEnd['compensations'] {
  return Object.fromEntries(
    lane.parts.flatMap((part) => (part.compensation ? [[nameOf(part), part.compensation]] : [])),
  )
}

/** The end of a lane, for the report. */
export function toLaneEnd(lane: Lane): LaneEnd {
  const rolledBack = lane.outcome !== 'completed' && lane.parts.some((part) => part.compensation)
  return {
    key: lane.key,
    outcome: lane.outcome as LaneEnd['outcome'],
    ...(lane.cause && { cause: lane.cause }),
    ...(rolledBack && { compensations: compensationsOf(lane) as NonNullable<LaneEnd['compensations']> }),
    ...(lane.partly.length > 0 && { partly: lane.partly }),
  }
}
