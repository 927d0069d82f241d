import type { InputSchema, SagaDefinition } from './definition.js'
import { builder } from './saga-builder.js'
import type { SagaBuilder } from './saga-types.js'

/** The options of a saga, beside its steps. */
export interface SagaOptions<TInput> {
  /** Returns the lane's key, the permanent name of one business thing: at most 96 bytes of UTF-8. */
  readonly key: (input: TInput) => string
  /** Raise it with each change that open runs cannot replay; a run keeps the version it started with. Default 1. */
  readonly version?: number
  /**
   * Checks each lane's input; steps and `deadline` get the value it returns, `key` gets the input as it was sent. A lane whose input
   * fails it ends failed, with its adopted effects compensated.
   */
  readonly schema?: InputSchema<TInput>
  /** Returns the epoch milliseconds after which a lane before its pivot rolls back; `startedAt` is the start of the run. */
  readonly deadline?: (input: TInput, startedAt: number) => number
  /** The order of compensations: one after another in reverse (the default), or all at once; adopted effects come last. */
  readonly compensation?: 'sequential' | 'parallel'
}

/**
 * Begins the definition of a saga, with Chris Richardson's phases: compensatable steps, at most one pivot, retriable steps.
 *
 * @example
 * const trip = saga<Trip>('trip', { key: (trip) => trip.id })
 *   .activities<TripActivities>()
 *   .step('flight', { invoke: 'bookFlight', compensate: 'cancelFlight', onUnknown: 'compensate' })
 *   .step('hotel', { invoke: 'bookHotel', compensate: 'cancelHotel', onUnknown: 'compensate' })
 *   .build()
 */
export function saga<TInput>(
  name: string,
  options: SagaOptions<TInput>,
): SagaBuilder<TInput, Record<never, never>, Record<never, never>, false, 'before'> {
  const { version = 1, compensation = 'sequential', ...rest } = options
  const draft = { ...rest, name, version, compensation, steps: [] } as SagaDefinition<TInput>
  // The builder's types live in its interface only; the implementation handles every saga as data.
  return builder(draft as SagaDefinition, false) as never
}
