import type { LaneMessages, Operated, Operation, RunOptions, SagaReport, SagaState } from 'saga-core'
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
  /** A child that has started: `step/lane`, and `/undo` after that for its undo. */
  child(path: string): Promise<HostedChild>
}

/** The run of a child under test. */
export interface HostedChild extends Pick<HostedRun, 'cancel' | 'message' | 'operate' | 'state'> {
  readonly workflowId: string
}

/** A runtime under test. */
export interface Host {
  /** The task queue on which its activities can be placed. */
  readonly taskQueue: string
  start(saga: SagaName, lanes: readonly ScriptedLane[], world?: World, options?: RunOptions): Promise<HostedRun>
}
