import type { SagaDefinition } from '../definition/definition.js'
import type { SagaReport } from '../wire/outcome.js'
import { jsonBytes, sizeLimits } from '../wire/size-limits.js'
import { type CarriedRun, carryLanes } from './carry.js'
import { begin, letGo, resumeCarried, undoAll } from './forward/begin.js'
import type { Operated, Operation } from './outside/operation.js'
import { newOperations, type Refusal } from './outside/operations.js'
import { type LaneMessages, takeMessages } from './outside/take-messages.js'
import { keepParentTold } from './outside/tell-parent.js'
import { lookForCallOffs } from './run/called-off.js'
import { type EarlyReturns, newEarlyReturns } from './run/early-returns.js'
import { type Holding, newHolding } from './run/holding.js'
import { isUnconfirmed, type Lane } from './run/lane.js'
import { newRun, type Run } from './run/run.js'
import type { SagaRuntime } from './run/runtime.js'
import { type RunOptions, startOf } from './start.js'
import { toDetails } from './state/details.js'
import { fromLaneEnd, type LaneState, type SagaState, toLaneState, toState } from './state/saga-state.js'

/** The end of a run: its report, or the carried run with which it continues as new. */
type BatchEnd = SagaReport | CarriedRun

/** One run: its lanes, from start to report. */
export interface Batch {
  /** Resolves when every lane has ended; a parked or waiting lane keeps it open. A run that grew too long resolves with a carried run. */
  run(): Promise<BatchEnd>
  /** Resolves with the value that `result` makes of the end. */
  run<T>(result: (end: BatchEnd) => T | Promise<T>): Promise<T>
  /** Resolves when the condition holds at the end of one of the run's ticks. */
  until(condition: () => boolean): Promise<void>
  /** Keeps the first message to each wait; returns the number of lanes that took it, 0 where the run has no such wait. */
  message(messages: LaneMessages): number
  /** Carries out an operator's operation. */
  operate(operation: Operation): Operated
  /** The refusal of an operation that no lane allows; `undefined` where a lane does. */
  refusal(operation: Operation): Refusal | undefined
  /** Answers questions about a step before its lane has ended. */
  readonly early: EarlyReturns
  state(): SagaState
  /** One lane by its key. */
  lane(key: string): Lane | undefined
  /** The state of one lane; of a lane that ended before the run continued as new, only the facts of the report. */
  laneState(key: string): LaneState | undefined
  readonly lanes: readonly Lane[]
  /** The lane of the first input. */
  readonly first: Lane | undefined
  /** The state with which the run continues as new. */
  carry(): CarriedRun
}

/**
 * Makes a run of a saga over lanes, one for each input; or goes on with a carried run.
 *
 * @throws SagaError SAGA_NO_LANES without an input; SAGA_DUPLICATE_KEY when two have one key; SAGA_RUN_TOO_LONG when the run could not end;
 * SAGA_NO_SUCH_STEP when a placement names a step the saga does not have
 */
export function createBatch(
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  runtime: SagaRuntime,
  options: RunOptions = {},
): Batch {
  const { former, lanes, version, startedAt, attempt, placement } = startOf(definition, inputs, runtime, options)
  const byKey = new Map(lanes.map((lane) => [lane.key, lane]))
  const cancelRequested = () => former?.cancelRequested === true || runtime.cancelRequested()
  const host: SagaRuntime = { ...runtime, cancelRequested }
  const show = () => host.showDetails(() => toDetails(state()))
  const { holds, giveUp }: Holding = newHolding(host, () => run, carry)
  const { run, ticks } = newRun(definition, host, lanes, { version, startedAt, placement, show, holds })
  runtime.whenCancelled(() => run.inTick(() => lookForCallOffs(run)))
  run.alarm.onRing(() => lookForCallOffs(run))
  const operations = newOperations(run, lanes, former)
  let unusedMessages = former?.unusedMessages ?? 0

  function state(): SagaState {
    return toState(definition, lanes, {
      version,
      audit: operations.audit,
      unusedMessages,
      cancelRequested: cancelRequested(),
      ...(former && { former }),
    })
  }

  function carry(): CarriedRun {
    const { completed, except, open } = carryLanes(lanes)
    return {
      'saga-core/carried': {
        version,
        startedAt,
        attempt,
        placement,
        cancelRequested: cancelRequested(),
        lanes: former?.lanes ?? lanes.length,
        completed: completed + (former?.completed ?? 0),
        except: [...(former?.except ?? []), ...except],
        open,
        audit: operations.audit,
        operations: operations.done,
        unusedMessages,
      },
    }
  }

  function first(): void {
    if (former) resumeCarried(run, lanes)
    else if (options.undo) run.spawn(undoAll(run, lanes, options.undo.results))
    else begin(run, lanes)
  }

  const ended = () => lanes.every((lane) => lane.status === 'ended')
  const isQuiet = () => !ticks.calling() && isAtRest(run)
  // An earlier version carried no cancel, and went on.
  const isCancelled = () => cancelRequested() && runtime.isCurrent('call-off') && !runtime.isCurrent('carry')

  /** A run whose state is too large for the input of a new run does not continue as new; lanes that it held go on. */
  function mayStop(): boolean {
    if (!runtime.shouldContinue() || !isQuiet() || isCancelled()) return false
    if (jsonBytes(carry()) <= sizeLimits.carriedBytes) return true
    if (giveUp()) run.inTick(() => letGo(run))
    return false
  }

  return {
    run<T>(result = (end: BatchEnd) => end as T | Promise<T>) {
      run.alarm.set()
      keepParentTold(run, lanes, former !== undefined)
      return ticks.run(first, { ended, mayStop }, () => {
        run.show()
        if (!ended()) return result(carry())
        const { lanes: total, completed, except } = carry()['saga-core/carried']
        return result({ saga: definition.name, version, lanes: total, completed, except })
      })
    },
    until: run.runtime.until,
    message(messages) {
      const { taken, unused } = takeMessages(run, byKey, messages)
      unusedMessages += unused
      return taken
    },
    operate: operations.operate,
    refusal: operations.refusal,
    early: newEarlyReturns(run, byKey),
    state,
    lane: (key) => byKey.get(key),
    laneState(key) {
      const lane = byKey.get(key)
      if (lane) return toLaneState(lane)
      const end = former?.except.find((one) => one.key === key)
      return end && fromLaneEnd(end)
    },
    lanes,
    first: lanes[0],
    carry,
  }
}

/**
 * Reports whether the run can continue as new: no lane is in a step or unwinds, no child saga is open, since its end comes to this run
 * alone, and only unconfirmed compensations are under way, which the new run calls again.
 */
function isAtRest({ lanes, underWay, held }: Run): boolean {
  const rests = (lane: Lane) =>
    held.has(lane) || (lane.status === 'compensating' ? lane.parts.some(isUnconfirmed) : lane.status !== 'running')
  return [...underWay.keys()].every(isUnconfirmed) && lanes.every(rests)
}
