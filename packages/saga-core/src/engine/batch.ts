import type { SagaDefinition } from '../definition/definition.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { SagaReport } from '../wire/outcome.js'
import { ownershipStep } from '../wire/ownership.js'
import { jsonBytes, sizeLimits } from '../wire/size-limits.js'
import { type CarriedRun, carryLanes, fromCarried, isCarried } from './carry.js'
import { type EarlyReturns, newEarlyReturns } from './early-returns.js'
import { resumeCarried, undoAll } from './forward/begin.js'
import { makeLanes } from './forward/make-lanes.js'
import type { Lane } from './lane.js'
import { makeRun } from './make-run.js'
import type { Operated, Operation } from './outside/operate.js'
import { newOperations, type Refusal } from './outside/operations.js'
import { type LaneMessages, takeMessages } from './outside/take-messages.js'
import { keepParentTold } from './outside/tell-parent.js'
import { isUnconfirmed } from './part.js'
import { stepsOf } from './run.js'
import type { SagaRuntime } from './runtime.js'
import { toDetails } from './state/details.js'
import { fromLaneEnd, type LaneState, type SagaState, toLaneState, toState } from './state/saga-state.js'

/** What one run is told beside its lanes. */
export interface RunOptions {
  /** Task queues of steps that other workers run, by step name; the others run as local activities. */
  readonly placement?: Readonly<Record<string, string>>
  /** Raised to start over a lane whose former attempt has ended; part of every key. Default 1. */
  readonly attempt?: number
  /** Undo a run that completed, with its results: every step that can be undone is. */
  readonly undo?: { readonly results: unknown }
}

/** What a run ends with: its report, or what to go on with as a new run. */
type BatchEnd = SagaReport | CarriedRun

/** One run: its lanes, from start to report. */
export interface Batch {
  /** Resolves when every lane has ended; a parked or waiting lane keeps it open. Or, when the run is too long, with what to carry on. */
  run(): Promise<BatchEnd>
  /** The same, with what `result` makes of the end. */
  run<T>(result: (end: BatchEnd) => T | Promise<T>): Promise<T>
  /** Resolves when the condition holds at the end of one of the run's ticks. */
  until(condition: () => boolean): Promise<void>
  /** Keeps the first message to each wait; says how many lanes took it: none where the run has no such wait. */
  message(messages: LaneMessages): number
  /** Carries out an operator's word. */
  operate(operation: Operation): Operated
  /** Why an operation can be carried out on no lane at all, if it cannot. */
  refusal(operation: Operation): Refusal | undefined
  /** Questions about a step before its lane has ended. */
  readonly early: EarlyReturns
  state(): SagaState
  /** One lane by its key. */
  lane(key: string): Lane | undefined
  /** Where one lane is; of those that ended before the run continued as new, only what the report says of them. */
  laneState(key: string): LaneState | undefined
  readonly lanes: readonly Lane[]
  /** The lane of the first input. */
  readonly first: Lane | undefined
  /** What to go on with as a new run. */
  carry(): CarriedRun
}

/**
 * Makes a run of a saga over lanes, one for each input; or goes on with what a former run carried.
 *
 * @throws SagaError SAGA_NO_LANES when there is no input; SAGA_NO_SUCH_STEP when a placement names a step the saga does not have.
 */
export function createBatch(
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  runtime: SagaRuntime,
  options: RunOptions = {},
): Batch {
  const start = startOf(definition, inputs, runtime, options)
  const { former, lanes, version } = start
  const byKey = new Map(lanes.map((lane) => [lane.key, lane]))
  const { run, ticks } = makeRun(definition, runtime, lanes, {
    version,
    startedAt: start.startedAt,
    placement: start.placement,
    show: () => runtime.showDetails(() => toDetails(state())),
  })
  const operations = newOperations(run, lanes, former)
  let unusedMessages = former?.unusedMessages ?? 0
  const state = () =>
    toState(definition, lanes, {
      version,
      audit: operations.audit,
      unusedMessages,
      cancelRequested: runtime.cancelRequested(),
      ...(former && { former }),
    })

  const ended = () => lanes.every((lane) => lane.status === 'ended')
  // A run with a child has to be there when the child ends; what is not confirmed yet can be asked again by another.
  const quiet = () =>
    !ticks.calling() &&
    [...run.underWay.keys()].every(isUnconfirmed) &&
    lanes.every(({ status, parts }) => status !== 'running' && (status !== 'compensating' || parts.some(isUnconfirmed)))

  function carry(): CarriedRun {
    const { completed, except, open } = carryLanes(lanes)
    return {
      'saga-core/carried': {
        version,
        startedAt: start.startedAt,
        attempt: start.attempt,
        placement: start.placement,
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

  return {
    run<T>(result = (end: BatchEnd) => end as T | Promise<T>) {
      run.alarm.set()
      keepParentTold(run, lanes, former !== undefined)
      const first = () => {
        if (former) resumeCarried(run, lanes)
        else if (options.undo) run.spawn(undoAll(run, lanes, options.undo.results))
        else run.begin(lanes)
      }
      // What does not fit into a start goes on where it is.
      const mayStop = () => runtime.shouldContinue() && quiet() && jsonBytes(carry()) <= sizeLimits.carriedBytes
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

/** Where a run begins: with inputs, or with what a former run carried. */
function startOf(
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  runtime: SagaRuntime,
  options: RunOptions,
) {
  if (isCarried(inputs)) {
    const former = inputs['saga-core/carried']
    const steps = stepsOf(definition, former.version)
    return { ...former, former, lanes: former.open.map((lane) => fromCarried(steps, lane)) }
  }
  if (inputs.length === 0) {
    const message = `saga "${definition.name}" was started without a lane: give it at least one input`
    throw new SagaError(SagaErrorCode.NoLanes, message)
  }
  checkPlacement(definition, options.placement)
  const version = runtime.version(definition.name, definition.version)
  const startedAt = runtime.now()
  const { attempt = 1, placement = {} } = options
  return {
    former: undefined,
    version,
    startedAt,
    attempt,
    placement,
    lanes: makeLanes(definition, inputs, attempt, startedAt),
  }
}

function checkPlacement({ name, steps, owner }: SagaDefinition, placement: RunOptions['placement'] = {}): void {
  const known = [...steps.map((step) => step.name), ...(owner ? [ownershipStep] : [])]
  const unknown = Object.keys(placement).filter((step) => !known.includes(step))
  if (unknown.length === 0) return
  const message = `saga "${name}" has no step "${unknown.join('", "')}" to place: it has ${known.join(', ')}`
  throw new SagaError(SagaErrorCode.NoSuchStep, message)
}
