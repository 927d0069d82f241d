import { type Batch, createBatch } from '../../engine/batch.js'
import type { SagaReport } from '../../outcome.js'
import { inMemoryRuntime } from '../in-memory-runtime.js'
import type { RunEvent } from './journal.js'
import { journaledRuntime } from './journaled-runtime.js'
import { modelActivities } from './model-activities.js'
import type { Stage } from './stage.js'

/** One execution of a simulated run, by one worker. */
export interface Execution {
  readonly state: Batch['state']
  lane: Batch['lane']
  deliver(event: RunEvent): void
  /** The worker is gone: nothing this execution does counts any more. */
  abandon(): void
  /** How it ended, once it did. */
  ended(): { readonly report: SagaReport } | { readonly error: unknown } | undefined
}

const retryAll = { verb: 'retry', actor: 'simulation', reason: 'the fault is lifted' } as const

/** Sends every waiting step of every lane its message. */
function sendAll<TState>({ definition, options }: Stage<TState>, batch: Batch): void {
  for (const [wait, value] of Object.entries(options.messages ?? {})) {
    const lanes = options.inputs.map((input) => [definition.key(input), { value }])
    batch.message({ wait, lanes: Object.fromEntries(lanes) })
  }
}

/** Starts an execution: it replays the journal, then goes on. */
export function execute<TState>(stage: Stage<TState>, number: number): Execution {
  const { clock, definition, options, journal } = stage
  const inner = inMemoryRuntime({
    activities: modelActivities(stage.world, stage.activities),
    workflowId: 'simulated',
    clock,
    intercept: (attempt, proceed) => stage.attempt(attempt, number, proceed),
  })
  const { runtime, replay } = journaledRuntime(inner, journal)
  const batch = createBatch(definition, structuredClone(options.inputs), options.runtime?.(runtime) ?? runtime)
  let retries = 0
  let ended: ReturnType<Execution['ended']>
  const deliver = (event: RunEvent) => {
    if (event === 'cancel') inner.cancel()
    else if (event === 'message') inner.message(() => sendAll(stage, batch))
    else inner.message(() => batch.operate({ ...retryAll, operationId: `retry-${++retries}` }))
  }
  const release = clock.hold()
  batch.run().then(
    (report) => {
      // A simulated run never grows so long that it goes on as a new one.
      ended = { report: report as SagaReport }
    },
    (error: unknown) => {
      ended = { error }
    },
  )
  replay(deliver)
    .catch((error: Error) => stage.violated(error.message))
    .finally(release)
  return { state: batch.state, lane: batch.lane, deliver, abandon: inner.abandon, ended: () => ended }
}
