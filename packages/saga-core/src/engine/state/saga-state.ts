import type { SagaDefinition } from '../../definition/definition.js'
import type { CompensationState, LaneEnd, Outcome, Parked, ToldCause } from '../../wire/outcome.js'
import type { AuditEntry } from '../outside/operation.js'
import { compensationsOf, type Lane, type LaneStatus } from '../run/lane.js'

/** Where one lane is. */
export interface LaneState {
  readonly key: string
  readonly status: LaneStatus
  /** The step it is in, or was last in. */
  readonly at: string
  readonly outcome?: Outcome
  readonly cause?: ToldCause
  readonly parked?: Parked
  /** Epoch milliseconds since when it has been parked, or been rolling back. */
  readonly since?: number
  /** While it waits for a decision: how the activity that decides failed last. */
  readonly pending?: { readonly code: string; readonly message: string }
  readonly compensations: { readonly [step: string]: CompensationState }
  readonly partly?: readonly string[]
}

/** Where a run is: counts, and the first lanes that are not simply going on or done. */
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
  /** What operators did, oldest first. */
  readonly audit: readonly AuditEntry[]
  /** Somebody asked for the run to be cancelled; lanes past their pivot go on all the same. */
  readonly cancelRequested: boolean
  /** Messages that changed nothing: doubled, late, for nobody, or not what the wait takes. */
  readonly unusedMessages: number
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
    ...(lane.since !== undefined && lane.status !== 'running' && { since: lane.since }),
    ...(lane.pending && { pending: lane.pending }),
    compensations: compensationsOf(lane) ?? {},
    ...(lane.partly.length > 0 && { partly: lane.partly }),
  }
}

/** All that is known of a lane that ended before its run continued as new. */
export const fromLaneEnd = ({ compensations = {}, ...end }: LaneEnd): LaneState => ({
  ...end,
  status: 'ended',
  at: '',
  compensations,
})

/** What a run's state says beside its lanes, and what came of the lanes of its former runs. */
interface RunFacts extends Pick<SagaState, 'version' | 'audit' | 'cancelRequested' | 'unusedMessages'> {
  readonly former?: { readonly completed: number; readonly except: readonly LaneEnd[] }
}

/** A run's state. */
export function toState(
  definition: SagaDefinition,
  lanes: readonly Lane[],
  { former = { completed: 0, except: [] }, ...facts }: RunFacts,
): SagaState {
  const counts: Record<string, number> = former.completed > 0 ? { completed: former.completed } : {}
  // Lanes that completed partly are among the completed ones already.
  const formerOthers = former.except.filter(({ outcome }) => outcome !== 'completed')
  for (const { outcome } of formerOthers) counts[outcome] = (counts[outcome] ?? 0) + 1
  const running: Record<string, number> = {}
  for (const lane of lanes) {
    const word = lane.outcome ?? lane.status
    counts[word] = (counts[word] ?? 0) + 1
    if (lane.status === 'running' || lane.status === 'waiting') running[lane.at] = (running[lane.at] ?? 0) + 1
  }
  const parked = lanes.filter((lane) => lane.status === 'parked')
  const others = lanes.filter(
    (lane) => lane.status === 'compensating' || lane.pending || (lane.outcome && lane.outcome !== 'completed'),
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
