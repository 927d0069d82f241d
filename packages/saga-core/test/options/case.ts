import type { LaneMessages, SagaDefinition } from 'saga-core'
import type { WorkflowRunOptions } from 'saga-core/workflow'
import type { ScriptedLane } from '../conformance/activities.js'
import type { Shown } from './history.js'

/** One option, and the history without and with it. */
export interface Case {
  readonly without: SagaDefinition
  /** The same saga with the option. */
  readonly with?: SagaDefinition
  /** Options of the run, for those with the option. */
  readonly run?: WorkflowRunOptions
  readonly lanes?: readonly ScriptedLane[]
  /** The run is one of the first version that waited for its word, has it, and goes on as a new run. */
  readonly former?: true
  readonly message?: LaneMessages
  /** Read when a lane has parked, with this option or without it. */
  readonly parks?: readonly ('without' | 'with')[]
  readonly seen: (shown: Shown) => unknown
  readonly shows: readonly [unknown, unknown]
}

/** The names of all options: a new one without a case does not compile. */
export type KeysOf<T> = T extends unknown ? keyof T : never

/** The side of a comparison. */
export type Side = 'without' | 'with'
