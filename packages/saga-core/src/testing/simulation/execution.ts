import { type Batch, createBatch } from '../../engine/batch.js'
import type { SagaReport } from '../../wire/outcome.js'
import { childAnswer, childFailure } from '../child-answer.js'
import { inMemoryRuntime } from '../in-memory-runtime.js'
import type { RunEvent } from './journal.js'
import { journaledRuntime } from './journaled-runtime.js'
import { modelActivities } from './model-activities.js'
import type { SimulatedRun } from './simulated-run.js'
import type { Stage } from './stage.js'

/** One execution of a simulated run, by one worker. */
export interface Execution {
  readonly state: Batch['state']
  lane: Batch['lane']
  deliver(event: RunEvent): void
  /** It has done again what its journal holds. */
  readonly replayed: Promise<void>
  /** The worker is gone: nothing this execution does counts any more. */
  abandon(): void
  /** How it ended, once it did. */
  ended(): { readonly report: SagaReport } | { readonly error: unknown } | undefined
}

const retryAll = { verb: 'retry', actor: 'simulation', reason: 'the fault is lifted' } as const

/** Sends every waiting step of every lane its message. */
function sendAll<TState>(
  { options }: Stage<TState>,
  { definition, inputs, childOf }: SimulatedRun,
  batch: Batch,
): void {
  const { prefix } = childOf ?? { prefix: '' }
  for (const [step, value] of Object.entries(options.messages ?? {})) {
    if (!step.startsWith(prefix)) continue
    const lanes = inputs.map((input) => [definition.key(input), { value }])
    batch.message({ wait: step.slice(prefix.length), lanes: Object.fromEntries(lanes) })
  }
}

/** Starts an execution: it replays the journal, and goes on when `others` have done so too. */
export function execute<TState>(
  stage: Stage<TState>,
  run: SimulatedRun,
  number: number,
  others: Promise<void>,
): Execution {
  const { clock, options } = stage
  const { definition, journal, workflowId } = run
  const inner = inMemoryRuntime({
    activities: modelActivities(stage.world, stage.activities),
    workflowId,
    clock,
    intercept: (attempt, proceed) => stage.attempt(attempt, number, proceed),
  })
  const { runtime, replay, goOn, hear } = journaledRuntime(inner, journal, stage.relativesOf(run))
  const host = options.runtime?.(runtime) ?? runtime
  const batch = createBatch(definition, structuredClone(run.inputs), host, run.options)
  let retries = 0
  let ended: ReturnType<Execution['ended']>
  const deliver = (event: RunEvent) => {
    if (typeof event === 'object') hear(event)
    else if (event === 'cancel') inner.cancel()
    else if (event === 'message') inner.message(() => sendAll(stage, run, batch))
    else inner.message(() => batch.operate({ ...retryAll, operationId: `retry-${++retries}` }))
  }
  const release = clock.hold()
  // What comes with the start is there before the first turn.
  const replayed = replay(deliver).catch((error: Error) => stage.violated(error.message))
  batch.run().then(
    (report) => {
      // A simulated run never grows so long that it goes on as a new one.
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
