import { fromColumns } from '../columns.js'
import type { SagaDefinition } from '../definition.js'
import { type Batch, createBatch, type LaneMessages } from '../engine/batch.js'
import type { Operated, Operation } from '../engine/operate.js'
import type { SagaReport } from '../outcome.js'
import { type InMemoryOptions, type InMemoryRuntime, inMemoryRuntime } from './in-memory-runtime.js'

/** A run in memory: its runtime, and its batch to look at while it goes. */
export interface InMemoryRun<TResults = unknown> {
  readonly runtime: InMemoryRuntime
  readonly report: Promise<SagaReport>
  readonly state: Batch['state']
  /** Sends messages to waiting lanes; says how many took theirs. */
  message(messages: LaneMessages): number
  /** Carries out an operator's word. @throws Error when no lane allows it. */
  operate(operation: Operation): Operated
  /** What the steps of a lane returned, once it has completed. */
  results(lane: string): TResults | undefined
}

/**
 * Runs a saga without a server, deterministically, on a virtual clock.
 *
 * @throws SagaError SAGA_NO_LANES when there is no input.
 * @example
 * const { report, results } = runInMemory(tripSaga, [trip], { activities })
 * expect((await report).completed).toBe(1)
 * expect(results(trip.id)?.hotel.price).toBe(270)
 */
export function runInMemory<TInput, TResults>(
  definition: SagaDefinition<TInput, TResults>,
  inputs: Parameters<typeof fromColumns<TInput>>[0] | readonly TInput[],
  options: InMemoryOptions,
): InMemoryRun<TResults> {
  const runtime = inMemoryRuntime(options)
  const lanes = 'count' in inputs ? fromColumns(inputs) : inputs
  const batch = createBatch(definition as unknown as SagaDefinition, lanes, runtime)
  return {
    runtime,
    report: batch.run() as Promise<SagaReport>,
    state: batch.state,
    message: (messages) => runtime.message(() => batch.message(messages)),
    operate(operation) {
      const refusal = batch.refusal(operation)
      if (refusal !== undefined) throw new Error(refusal)
      return runtime.message(() => batch.operate(operation))
    },
    results(key) {
      const lane = batch.lane(key)
      return lane?.outcome === 'completed' ? (lane.results as TResults) : undefined
    },
  }
}
