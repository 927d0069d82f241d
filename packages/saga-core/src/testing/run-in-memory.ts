import { fromColumns } from '../columns.js'
import type { SagaDefinition } from '../definition.js'
import { type Batch, createBatch } from '../engine/batch.js'
import type { SagaReport } from '../outcome.js'
import { type InMemoryOptions, type InMemoryRuntime, inMemoryRuntime } from './in-memory-runtime.js'

/** A run in memory: its runtime, and its batch to look at while it goes. */
export interface InMemoryRun {
  readonly runtime: InMemoryRuntime
  readonly report: Promise<SagaReport>
  readonly state: Batch['state']
  /** Takes parked lanes up again; says how many. */
  retry(keys?: readonly string[]): number
}

/**
 * Runs a saga without a server, deterministically, on a virtual clock.
 *
 * @throws SagaError SAGA_NO_LANES when there is no input.
 * @example
 * const { report } = runInMemory(tripSaga, [trip], { activities })
 * expect((await report).completed).toBe(1)
 */
export function runInMemory<TInput>(
  definition: SagaDefinition<TInput>,
  inputs: Parameters<typeof fromColumns<TInput>>[0] | readonly TInput[],
  options: InMemoryOptions,
): InMemoryRun {
  const runtime = inMemoryRuntime(options)
  const lanes = 'count' in inputs ? fromColumns(inputs) : inputs
  const batch = createBatch(definition as SagaDefinition, lanes, runtime)
  return {
    runtime,
    report: batch.run(),
    state: batch.state,
    retry: (keys) => runtime.message(() => batch.retry(keys)),
  }
}
