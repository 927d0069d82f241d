import type { LaneMessages, Operated, Operation, SagaReport, SagaState } from 'saga-core'
import type { ScriptedLane } from './activities.js'
import type { SagaName } from './sagas.js'
import type { World } from './world.js'

/** A run under test. */
export interface HostedRun {
  /** Rejects when the run ends as cancelled. */
  readonly report: Promise<SagaReport>
  readonly world: World
  /** The workflow's id, where there is one. */
  readonly workflowId?: string
  cancel(): Promise<void>
  message(messages: LaneMessages): Promise<void>
  /** Rejects when the operation is allowed on no lane. */
  operate(operation: Operation): Promise<Operated>
  state(): Promise<SagaState>
}

/** A runtime under test. */
export interface Host {
  start(saga: SagaName, lanes: readonly ScriptedLane[], world?: World): Promise<HostedRun>
}
