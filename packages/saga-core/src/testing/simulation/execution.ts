import { type Batch, createBatch } from '../../engine/batch.js'
import type { SagaReport } from '../../wire/outcome.js'
import { childAnswer, childFailure } from '../child-answer.js'
import { type AnyActivity, type Attempt, inMemoryRuntime } from '../in-memory-runtime.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { RunEvent } from './journal.js'
import { journaledRuntime, type Relatives } from './journaled-runtime.js'
import { modelActivities } from './model-activities.js'
import type { Execution, SimulatedRun } from './simulated-run.js'
import type { SimulationOptions } from './simulation-options.js'
import type { SimulatedWorld } from './world.js'

/** The simulation as an execution needs it. */
export interface ExecutionHost {
  readonly clock: VirtualClock
  readonly options: Pick<SimulationOptions, 'children' | 'messages' | 'runtime'>
  readonly world: SimulatedWorld<unknown>
  readonly activities: { readonly [name: string]: AnyActivity }
  /** Makes an attempt of the execution with this number. */
  attempt(attempt: Attempt, execution: number, proceed: () => Promise<unknown>): Promise<unknown>
  violated(what: string): void
}

const retryAll = { verb: 'retry', actor: 'simulation', reason: 'the fault is lifted' } as const
const abortAll = { verb: 'abort', actor: 'simulation', reason: 'the run is called off', operationId: 'abort' } as const

/** Sends every waiting step of every lane its message. */
function sendAll({ options }: ExecutionHost, { definition, inputs, childOf }: SimulatedRun, batch: Batch): void {
  const { prefix } = childOf ?? { prefix: '' }
  for (const [step, value] of Object.entries(options.messages ?? {})) {
    if (!step.startsWith(prefix)) continue
    const lanes = inputs.map((input) => [definition.key(input), { value }])
    batch.message({ wait: step.slice(prefix.length), lanes: Object.fromEntries(lanes) })
  }
}

/** Starts an execution: it replays the journal, and goes on when `others` have done so too. */
export function execute(
  host: ExecutionHost,
  relatives: Relatives,
  run: SimulatedRun,
  number: number,
  others: Promise<void>,
): Execution {
  const { clock, options } = host
  const { definition, journal, workflowId } = run
  const inner = inMemoryRuntime({
    activities: modelActivities(host.world, host.activities),
    workflowId,
    clock,
    intercept: (attempt, proceed) => host.attempt(attempt, number, proceed),
  })
  const { runtime, replay, goOn, hear } = journaledRuntime(inner, journal, relatives)
  const changed = options.runtime?.(runtime) ?? runtime
  const batch = createBatch(definition, structuredClone(run.inputs), changed, run.options)
  let retries = 0
  let ended: ReturnType<Execution['ended']>
  const deliver = (event: RunEvent) => {
    if (typeof event === 'object') hear(event)
    else if (event === 'cancel') inner.cancel()
    else if (event === 'abort') inner.message(() => batch.operate(abortAll))
    else if (event === 'message') inner.message(() => sendAll(host, run, batch))
    else inner.message(() => batch.operate({ ...retryAll, operationId: `retry-${++retries}` }))
  }
  const release = clock.hold()
  // Events of the run's start are there before its first tick.
  const replayed = replay(deliver).catch((error: Error) => host.violated(error.message))
  batch.run().then(
    (report) => {
      // A simulated run never continues as new.
      ended = { report: report as SagaReport }
      if (!inner.isAbandoned()) run.end(childAnswer(batch, ended.report, inner.cancelRequested()))
    },
    (error: unknown) => {
      ended = { error }
      if (!inner.isAbandoned()) run.end(childFailure(error))
    },
  )
  void replayed
    .then(() => others)
    .then(goOn)
    .finally(release)
  return {
    replayed,
    state: batch.state,
    lane: batch.lane,
    deliver,
    abandon: inner.abandon,
    ended: () => ended,
  }
}
