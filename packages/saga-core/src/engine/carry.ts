import type { StepDefinition } from '../definition/definition.js'
import { ownershipStep } from '../wire/names.js'
import type { LaneEnd } from '../wire/outcome.js'
import type { AuditEntry, Operated } from './outside/operation.js'
import { type Lane, named, newLane, newPart, type Part, toLaneEnd } from './run/lane.js'

/** What a run knows beside its lanes, and the run that it continues as has to know; all of it is carried. */
interface CarriedFacts {
  readonly version: number
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly attempt: number
  readonly placement: Readonly<Record<string, string>>
  /** `true` once the run's cancellation was requested: Temporal does not tell the new run. */
  readonly cancelRequested: boolean
  readonly audit: readonly AuditEntry[]
  readonly operations: { readonly [operationId: string]: Operated }
  readonly unusedMessages: number
}

/** The JSON that a run passes to the run that it continues as; its key tells it from an input. */
export interface CarriedRun {
  readonly 'saga-core/carried': CarriedFacts & {
    readonly lanes: number
    readonly completed: number
    readonly except: readonly LaneEnd[]
    readonly open: readonly CarriedLane[]
  }
}

/** All fields of a T: those of `TAs` in another form, and those of `TAnew`, which a new run makes itself, left out. */
type Carried<T, TAs, TAnew extends keyof T> = Omit<T, keyof TAs | TAnew> & TAs

type CarriedLane = Carried<
  Lane,
  {
    /** Epoch milliseconds; `null` for a lane without a deadline. */
    readonly deadline: number | null
    readonly results: Readonly<Record<string, unknown>>
    readonly parts: readonly CarriedPart[]
  },
  'wakesAt'
>

/** A part with the name of its step. */
type CarriedPart = Carried<Part, { readonly step: string }, 'lane'>

/** Reports whether a workflow's argument is a carried run and not an input. */
export function isCarried(input: unknown): input is CarriedRun {
  return typeof input === 'object' && input !== null && 'saga-core/carried' in input
}

/** The open lanes, and the ends of the others. */
export function carryLanes(lanes: readonly Lane[]) {
  const ended = lanes.filter((lane) => lane.status === 'ended')
  return {
    completed: ended.filter((lane) => lane.outcome === 'completed').length,
    except: ended.filter((lane) => lane.outcome !== 'completed' || lane.partly.length > 0).map(toLaneEnd),
    open: lanes.filter((lane) => lane.status !== 'ended').map(toCarried),
  }
}

function toCarried({ parts, deadline, wakesAt: _, ...lane }: Lane): CarriedLane {
  return {
    ...lane,
    deadline: deadline === Number.POSITIVE_INFINITY ? null : deadline,
    parts: parts.map(({ lane: _lane, step, ...part }) => ({ ...part, step: step.name })),
  }
}

/**
 * Restores a carried lane.
 *
 * @throws Error when the definition no longer has one of its steps
 */
export function fromCarried(steps: readonly StepDefinition[], carried: CarriedLane): Lane {
  const { parts, deadline, ...rest } = carried
  const lane = newLane(carried.key, carried.input, carried.attempt, deadline ?? Number.POSITIVE_INFINITY)
  Object.assign(lane, rest, {
    results: named(rest.results),
    inbox: named(rest.inbox),
    retries: named(rest.retries),
  })
  const stepOf = (name: string) => {
    const step = steps.find((one) => one.name === name)
    if (step) return step
    throw new Error(`a running saga has the step "${name}", which its definition has lost: keep it with "until"`)
  }
  // A lane that is held is about to enter a step of which it has no part.
  if (carried.status === 'running' && carried.at !== ownershipStep) stepOf(carried.at)
  for (const { step: name, element, item, ...part } of parts) {
    const step = stepOf(name)
    lane.parts.push(Object.assign(newPart(lane, step, part.action, element, item), part))
  }
  return lane
}
