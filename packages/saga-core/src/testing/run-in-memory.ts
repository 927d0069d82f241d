import type { SagaDefinition } from '../definition/definition.js'
import { type Batch, createBatch } from '../engine/batch.js'
import type { Operated, Operation } from '../engine/outside/operation.js'
import type { LaneMessages } from '../engine/outside/take-messages.js'
import type { ChildCall, ChildRequest } from '../engine/run/runtime.js'
import type { RunOptions } from '../engine/start.js'
import type { SagaState } from '../engine/state/saga-state.js'
import { activitiesOf } from '../plugin/check-sagas.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { fromColumns } from '../wire/columns.js'
import type { SagaReport } from '../wire/outcome.js'
import { childAnswer, childFailure } from './child-answer.js'
import { type InMemoryOptions, type InMemoryRuntime, inMemoryRuntime, noChild } from './in-memory-runtime.js'
import { virtualClock } from './virtual-clock.js'

/** The sagas that children run, by the name of their workflow. */
// biome-ignore lint/suspicious/noExplicitAny: each has an input and results of its own
export type ChildSagas = { readonly [workflow: string]: SagaDefinition<any, any> }

/** The activities, children and clock of a run in memory. */
export interface RunInMemoryOptions
  extends Omit<InMemoryOptions, 'child' | 'tellParent'>,
    Pick<RunOptions, 'placement'> {
  /** The sagas of `.child` steps. Their activities are among `activities`. */
  readonly children?: ChildSagas
}

/** A run in memory: its runtime, and its batch to look at while it goes. */
export interface InMemoryRun<TResults = unknown> {
  readonly runtime: InMemoryRuntime
  /** Resolves when every lane has ended: never, while one is parked or waits for a message. */
  readonly report: Promise<SagaReport>
  /**
   * Resolves to the state of the run when it has ended, or only a message or an operator can make it go on.
   *
   * @throws Error when a call without a limit to its attempts has failed 100,000 times; `report` rejects with it as well.
   * @example
   * const { counts, notable } = await run.atRest()
   */
  atRest(): Promise<SagaState>
  /** The state of the run: counts, and the first lanes that are parked, rolling back, undecided, or ended without completing. */
  readonly state: Batch['state']
  /** The run of a child, or of a child's child, by its workflow id: `<workflow id of its parent>/<step>/<lane>`. */
  child(workflowId: string): InMemoryRun | undefined
  /** Sends messages to waiting lanes; returns the number of lanes that took theirs. */
  message(messages: LaneMessages): number
  /**
   * Carries out an operator's verb.
   *
   * @throws Error when no lane allows it.
   */
  operate(operation: Operation): Operated
  /** The results of a lane's steps, once the lane has completed. */
  results(lane: string): TResults | undefined
}

/**
 * Runs a saga without a server, deterministically, on a virtual clock; its children as runs of their own on the same clock.
 *
 * @throws SagaError SAGA_NO_LANES when there is no input; SAGA_DUPLICATE_KEY when two have one key; SAGA_ACTIVITY_MISSING when an activity
 * that the saga names is not given.
 * @example
 * const { report, results } = runInMemory(tripSaga, [trip], { activities })
 * expect((await report).completed).toBe(1)
 * expect(results(trip.id)?.hotel.price).toBe(270)
 */
export function runInMemory<TInput, TResults>(
  definition: SagaDefinition<TInput, TResults>,
  inputs: Parameters<typeof fromColumns<TInput>>[0] | readonly TInput[],
  options: RunInMemoryOptions,
): InMemoryRun<TResults> {
  checkGiven([definition as unknown as SagaDefinition, ...Object.values(options.children ?? {})], options.activities)
  const lanes = 'count' in inputs ? fromColumns(inputs) : inputs
  const family: Family = { clock: virtualClock(), ...options, runs: new Map() }
  const { placement = {} } = options
  const { run } = startRun(family, definition as unknown as SagaDefinition, lanes, { placement })
  return run as InMemoryRun<TResults>
}

/** A server would retry the call of an unknown activity; a pivot's without end. */
function checkGiven(sagas: readonly SagaDefinition[], activities: object): void {
  const missing = sagas.flatMap((saga) => [...activitiesOf(saga)].filter((name) => !(name in activities)))
  if (missing.length === 0) return
  const message = `the run was not given the activities "${[...new Set(missing)].join('", "')}", which its saga names`
  throw new SagaError(SagaErrorCode.ActivityMissing, message)
}

/** The options that a run and its children share. */
interface Family extends RunInMemoryOptions {
  readonly runs: Map<string, InMemoryRun>
}

function startRun(
  family: Family,
  definition: SagaDefinition,
  lanes: readonly unknown[],
  how: RunOptions & Pick<InMemoryOptions, 'workflowId' | 'tellParent'>,
): { readonly run: InMemoryRun; readonly batch: Batch } {
  const { workflowId, tellParent, ...options } = how
  const runtime = inMemoryRuntime({
    ...family,
    child: (request) => startChild(family, request),
    ...(workflowId !== undefined && { workflowId }),
    ...(tellParent && { tellParent }),
  })
  const batch = createBatch(definition, lanes, runtime, options)
  const report = batch.run() as Promise<SagaReport>
  let hasFault = false
  // A test that looks at the run at rest need not await its report.
  report.catch(() => {
    hasFault = true
  })
  const run: InMemoryRun = {
    runtime,
    report,
    async atRest() {
      await runtime.clock.idle()
      if (hasFault) await report
      return batch.state()
    },
    state: batch.state,
    child: (id) => family.runs.get(id),
    message: (messages) => runtime.message(() => batch.message(messages)),
    operate(operation) {
      const refusal = batch.refusal(operation)
      if (refusal) throw new Error(refusal.message)
      return runtime.message(() => batch.operate(operation))
    },
    results(key) {
      const lane = batch.lane(key)
      return lane?.outcome === 'completed' ? lane.results : undefined
    },
  }
  return { run, batch }
}

function startChild(family: Family, request: ChildRequest): ChildCall {
  const { workflow, workflowId, attempt, args, heard } = request
  const definition = family.children?.[workflow]
  if (!definition) return noChild(request)
  const [input, options] = args as readonly [unknown, RunOptions?]
  const tellParent: InMemoryOptions['tellParent'] = async (parked) => heard(parked)
  const { run, batch } = startRun(family, definition, [input], { attempt, ...options, workflowId, tellParent })
  family.runs.set(workflowId, run)
  const answer = run.report.then((report) => childAnswer(batch, report, run.runtime.cancelRequested()), childFailure)
  return { answer, cancel: run.runtime.cancel }
}
