import type { SagaReport, SagaState } from 'saga-core'
import type { ScriptedLane } from './activities.js'
import type { SagaName } from './sagas.js'
import type { World } from './world.js'

/** A run under test. */
export interface HostedRun {
  /** Rejects when the run ends as cancelled. */
  readonly report: Promise<SagaReport>
  readonly world: World
  cancel(): Promise<void>
  /** Takes parked lanes up again; answers how many. */
  retry(lanes?: readonly string[]): Promise<number>
  state(): Promise<SagaState>
}

/** A runtime under test. */
export interface Host {
  start(saga: SagaName, lanes: readonly ScriptedLane[], world?: World): Promise<HostedRun>
}
