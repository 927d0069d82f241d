import type { InputSchema, SagaDefinition } from './definition.js'
import { builder } from './saga-builder.js'
import type { SagaBuilder } from './saga-types.js'

/** What a saga is made of besides its steps. */
export interface SagaOptions<TInput> {
  /** The lane's key: names one business thing for ever, at most 96 bytes. */
  readonly key: (input: TInput) => string
  /** Raised with each change that runs which are open cannot replay; each keeps the version it started with. Default 1. */
  readonly version?: number
  /**
   * Checks each lane's input, and makes of it what steps and deadline see; `key` sees what was sent. A lane that fails it ends failed,
   * its adopted effects compensated.
   */
  readonly schema?: InputSchema<TInput>
  /** Epoch milliseconds after which a lane that has not passed its pivot rolls back; `startedAt` is the run's start. */
  readonly deadline?: (input: TInput, startedAt: number) => number
  /** Run the compensations one after another in reverse (the default), or all at once; adopted effects come last either way. */
  readonly compensation?: 'sequential' | 'parallel'
}

/**
 * Starts a saga's definition. Phases after Chris Richardson's saga pattern: compensatable steps, at most one pivot, retriable steps.
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
