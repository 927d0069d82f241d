import type { SagaDefinition } from '../../definition/definition.js'
import type { CompensationState, LaneEnd, Outcome, Parked, ToldCause } from '../../wire/outcome.js'
import type { AuditEntry } from '../outside/operation.js'
import { compensationsOf, type Lane, type LaneStatus, named, type Retry } from '../run/lane.js'

/** The state of one lane. */
export interface LaneState {
  readonly key: string
  readonly status: LaneStatus
  /** The step it is in, or was last in. */
  readonly at: string
  readonly outcome?: Outcome
  readonly cause?: ToldCause
  readonly parked?: Parked
  /** Epoch milliseconds at which it parked or began to roll back. */
  readonly since?: number
  /** The last failure of the activity that decides a waiting lane. */
  readonly pending?: { readonly code: string; readonly message: string }
  /**
   * The call that is being retried, with the number of its attempt and the epoch milliseconds since when that is known; the last error as of
   * the last time that the run continued as new.
   */
  readonly retrying?: Retry & { readonly step: string }
  readonly compensations: { readonly [step: string]: CompensationState }
  readonly partly?: readonly string[]
}

/** The state of a run: counts, and the first lanes that are parked, rolling back, undecided, retried, or ended without completing. */
export interface SagaState {
  readonly saga: string
  readonly version: number
  readonly lanes: number
  /** Lanes by status, and ended ones by outcome. */
  readonly counts: { readonly [statusOrOutcome: string]: number }
  /** Running and waiting lanes by step. */
  readonly running: { readonly [step: string]: number }
  /** At most 50; parked ones first. */
  readonly notable: readonly LaneState[]
  /** The operations that operators sent, oldest first. */
  readonly audit: readonly AuditEntry[]
  /** `true` once the run's cancellation was requested; lanes past their pivot go on all the same. */
  readonly cancelRequested: boolean
  /** The number of messages that changed nothing: duplicates, late ones, those to an unknown lane, and those that the wait does not take. */
  readonly unusedMessages: number
}

const largestList = 50

export function toLaneState(lane: Lane): LaneState {
  return {
    key: lane.key,
    status: lane.status,
    at: lane.at,
    ...(lane.outcome && { outcome: lane.outcome }),
    ...(lane.cause && { cause: lane.cause }),
    ...(lane.parked && { parked: lane.parked }),
    ...(lane.since !== undefined && lane.status !== 'running' && { since: lane.since }),
    ...(lane.pending && { pending: lane.pending }),
    ...retryOf(lane),
    compensations: compensationsOf(lane) ?? {},
    ...(lane.partly.length > 0 && { partly: lane.partly }),
  }
}

function isRetrying({ retries }: Lane): boolean {
  return Object.keys(retries).length > 0
}

function retryOf({ retries }: Lane): Pick<LaneState, 'retrying'> {
  const [first] = Object.entries(retries)
  return first ? { retrying: { step: first[0], ...first[1] } } : {}
}

/** The state of a lane that ended before its run continued as new, from its report. */
export function fromLaneEnd({ compensations = {}, ...end }: LaneEnd): LaneState {
  return {
    ...end,
    status: 'ended',
    at: '',
    compensations,
  }
}

/** The facts of a run's state beside its lanes, and the ends of the lanes of its former runs. */
interface RunFacts extends Pick<SagaState, 'version' | 'audit' | 'cancelRequested' | 'unusedMessages'> {
  readonly former?: { readonly completed: number; readonly except: readonly LaneEnd[] }
}

export function toState(
  definition: SagaDefinition,
  lanes: readonly Lane[],
  { former = { completed: 0, except: [] }, ...facts }: RunFacts,
): SagaState {
  const counts = named(former.completed > 0 ? { completed: former.completed } : {})
  // Lanes that completed partly are among the completed ones already.
  const formerOthers = former.except.filter(({ outcome }) => outcome !== 'completed')
  for (const { outcome } of formerOthers) counts[outcome] = (counts[outcome] ?? 0) + 1
  const running = named<number>()
  for (const lane of lanes) {
    const word = lane.outcome ?? lane.status
    counts[word] = (counts[word] ?? 0) + 1
    if (lane.status === 'running' || lane.status === 'waiting') running[lane.at] = (running[lane.at] ?? 0) + 1
  }
  const parked = lanes.filter((lane) => lane.status === 'parked')
  const others = lanes.filter(
    (lane) =>
      lane.status === 'compensating' ||
      lane.pending ||
      isRetrying(lane) ||
      (lane.outcome && lane.outcome !== 'completed'),
  )
  return {
    saga: definition.name,
    ...facts,
    lanes: lanes.length + former.completed + formerOthers.length,
    counts,
    running,
    notable: [...parked, ...others].slice(0, largestList).map(toLaneState),
  }
}
