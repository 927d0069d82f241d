import type { SagaDefinition } from '../definition.js'
import type { LaneEnd, SagaReport } from '../outcome.js'
import type { SagaRuntime } from '../runtime.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { toDetails } from '../state/details.js'
import { type SagaState, toState } from '../state/saga-state.js'
import type { Message } from '../wire.js'
import { advance } from './advance.js'
import { newAlarm } from './alarm.js'
import { type CarriedRun, carryLanes, fromCarried, isCarried } from './carry.js'
import { type Lane, toLaneEnd } from './lane.js'
import { adopt, makeLanes } from './make-lanes.js'
import { type AuditEntry, type Operated, type Operation, operate, whyNot } from './operate.js'
import { type Run, stageAt, stepsOf, stillRunning, toStages } from './run.js'
import { takeOwnership } from './take-ownership.js'
import { newTasks } from './tasks.js'
import { turnBack } from './turn-back.js'
import { unwind } from './unwind.js'

/** What one run is told beside its lanes. */
export interface RunOptions {
  /** Task queues of steps that other workers run, by step name; the others run as local activities. */
  readonly placement?: Readonly<Record<string, string>>
  /** Raised to start over a lane whose former attempt has ended; part of every key. Default 1. */
  readonly attempt?: number
  /** Undo a run that completed, with its results: every step that can be undone is. */
  readonly undo?: { readonly results: unknown }
}

/** A message to lanes that wait at a step. */
export interface LaneMessages {
  readonly wait: string
  readonly lanes: { readonly [key: string]: Message }
}

/** One run: its lanes, from start to report. */
export interface Batch {
  /** Resolves when every lane has ended; a parked or waiting lane keeps it open. Or, when the run is too long, with what to carry on. */
  run(): Promise<SagaReport | CarriedRun>
  /** Keeps the first message to each wait; says how many lanes took it. */
  message(messages: LaneMessages): number
  /** Carries out an operator's word. */
  operate(operation: Operation): Operated
  /** Why an operation cannot be carried out at all, if it cannot. */
  refusal(operation: Operation): string | undefined
  state(): SagaState
  /** One lane by its key. */
  lane(key: string): Lane | undefined
  /** The lane of the first input. */
  readonly first: Lane | undefined
  /** What to go on with as a new run. */
  carry(): CarriedRun
}

/**
 * Makes a run of a saga over lanes, one for each input; or goes on with what a former run carried.
 *
 * @throws SagaError SAGA_NO_LANES when there is no input.
 */
export function createBatch(
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  runtime: SagaRuntime,
  options: RunOptions = {},
): Batch {
  const former = isCarried(inputs) ? inputs['saga-core/carried'] : undefined
  const fresh = isCarried(inputs) ? [] : inputs
  if (!former && fresh.length === 0) {
    const message = `saga "${definition.name}" was started without a lane: give it at least one input`
    throw new SagaError(SagaErrorCode.NoLanes, message)
  }
  const version = former?.version ?? runtime.version(definition.name, definition.version)
  const startedAt = former?.startedAt ?? runtime.now()
  const attempt = former?.attempt ?? options.attempt ?? 1
  const steps = stepsOf(definition, version)
  const lanes = former
    ? former.open.map((lane) => fromCarried(steps, lane))
    : makeLanes(definition, fresh, attempt, startedAt)
  const byKey = new Map(lanes.map((lane) => [lane.key, lane]))
  const audit: AuditEntry[] = [...(former?.audit ?? [])]
  const operations: Record<string, Operated> = { ...former?.operations }
  const ends: readonly LaneEnd[] = former?.except ?? []
  const tasks = newTasks()
  let calls = 0

  const state = () => toState(definition, version, lanes, audit, { completed: former?.completed ?? 0, ends })
  const run: Run = {
    definition,
    runtime: {
      ...runtime,
      call: (request) => {
        calls += 1
        return runtime.call(request).finally(() => {
          calls -= 1
        })
      },
    },
    steps,
    stages: toStages(steps),
    placement: former?.placement ?? options.placement ?? {},
    spawn: tasks.spawn,
    setAlarm: newAlarm(runtime, lanes),
    show: () => runtime.showDetails(() => toDetails(state())),
    async begin(some) {
      const own = await takeOwnership(run, some)
      for (const lane of own) adopt(definition, lane)
      await advance(run, turnInvalidBack(run, own), 0)
    },
  }

  const ended = () => lanes.every((lane) => lane.status === 'ended')
  const quiet = () => calls === 0 && lanes.every(({ status }) => status !== 'running' && status !== 'compensating')
  const rollsOver = () => runtime.shouldContinue() && quiet()

  const carry = (): CarriedRun => {
    const { completed, except, open } = carryLanes(lanes)
    const total = former?.lanes ?? lanes.length
    return {
      'saga-core/carried': {
        version,
        startedAt,
        attempt,
        placement: run.placement,
        lanes: total,
        completed: completed + (former?.completed ?? 0),
        except: [...ends, ...except],
        open,
        audit,
        operations,
      },
    }
  }

  return {
    async run() {
      if (former) resumeCarried(run, lanes)
      else if (options.undo) tasks.spawn(undoAll(run, lanes, options.undo.results))
      else tasks.spawn(beginAll(run, lanes))
      await runtime.until(() => ended() || tasks.failure() !== undefined || rollsOver())
      if (tasks.failure() !== undefined) throw tasks.failure()
      run.show()
      if (!ended()) return carry()
      const { lanes: total, completed, except } = carry()['saga-core/carried']
      return { saga: definition.name, version, lanes: total, completed, except }
    },
    message({ wait, lanes: messages }) {
      let taken = 0
      for (const [key, message] of Object.entries(messages)) {
        const lane = byKey.get(key)
        if (!lane || lane.status === 'ended' || lane.inbox[wait] || wait in lane.results) continue
        lane.inbox[wait] = message
        taken += 1
      }
      return taken
    },
    operate(operation) {
      const before = operations[operation.operationId]
      if (before) return before
      const named = operation.lanes?.flatMap((key) => byKey.get(key) ?? []) ?? lanes
      const allowed = named.filter((lane) => whyNot(run, operation.verb, lane) === undefined)
      const declined = operation.lanes ? reasons(run, operation, byKey) : {}
      const operated: Operated = { lanes: allowed.map(({ key }) => key), declined }
      operations[operation.operationId] = operated
      audit.push({ ...operation, at: runtime.now(), count: allowed.length })
      operate(run, allowed, operation)
      return operated
    },
    refusal(operation) {
      if (operations[operation.operationId]) return undefined
      const named = operation.lanes?.flatMap((key) => byKey.get(key) ?? []) ?? lanes
      if (named.some((lane) => whyNot(run, operation.verb, lane) === undefined)) return undefined
      const why = operation.lanes
        ? JSON.stringify(reasons(run, operation, byKey))
        : 'no lane is in a state that allows it'
      return `"${operation.verb}" can be carried out on none of the lanes: ${why}`
    },
    state,
    lane: (key) => byKey.get(key),
    first: lanes[0],
    carry,
  }
}

function reasons(run: Run, { verb, lanes = [] }: Operation, byKey: ReadonlyMap<string, Lane>): Record<string, string> {
  const declined: Record<string, string> = {}
  for (const key of lanes) {
    const lane = byKey.get(key)
    const why = lane ? whyNot(run, verb, lane) : 'not a lane of this run'
    if (why !== undefined) declined[key] = why
  }
  return declined
}

const beginAll = (run: Run, lanes: readonly Lane[]): Promise<void> => {
  const keyless = lanes.filter((lane) => lane.cause?.code === 'SAGA_LANE_KEY')
  for (const lane of keyless) {
    lane.status = 'ended'
    lane.outcome = 'failed'
  }
  return run.begin(stillRunning(lanes))
}

/** Lanes whose input is wrong turn back before their first step, adopted effects and all. */
function turnInvalidBack(run: Run, lanes: readonly Lane[]): readonly Lane[] {
  const invalid = lanes.filter((lane) => lane.cause)
  for (const lane of invalid) if (lane.cause) turnBack(run, lane, lane.cause)
  if (invalid.length > 0) run.spawn(unwind(run, invalid))
  return stillRunning(lanes)
}

async function undoAll(run: Run, lanes: readonly Lane[], results: unknown): Promise<void> {
  for (const lane of lanes) {
    Object.assign(lane.results, results)
    turnBack(run, lane, { kind: 'aborted', code: 'SAGA_UNDONE', message: 'its parent turned back' })
  }
  await unwind(run, lanes)
}

function resumeCarried(run: Run, lanes: readonly Lane[]): void {
  const waiting = lanes.filter((lane) => lane.status === 'waiting')
  for (const lane of waiting) lane.status = 'running'
  for (const [at, group] of Map.groupBy(waiting, (lane) => lane.at)) run.spawn(advance(run, group, stageAt(run, at)))
}

/** The end of one lane by its key, once the run has ended. */
export const endOf = (batch: Batch, key: string): LaneEnd | undefined => {
  const lane = batch.lane(key)
  return lane?.status === 'ended' ? toLaneEnd(lane) : undefined
}
