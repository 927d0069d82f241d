import { AsyncLocalStorage } from '@temporalio/workflow'
import type { Lane } from '../engine/run/lane.js'
import type { SagaReport } from '../wire/outcome.js'

/** An observer of the lanes of a run; it decides nothing. */
export interface RunObserver {
  /** Called with the lanes that parked since the last call. */
  parked(saga: string, lanes: readonly Lane[]): void
  ended(report: SagaReport): void
}

/** The observer of the workflow this is called in; an interceptor sets it. */
export const runObserver = new AsyncLocalStorage<RunObserver>()
