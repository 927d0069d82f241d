import type { SagaRuntime } from '../../engine/run/runtime.js'
import type { AnyActivity } from '../in-memory-runtime.js'
import type { ChildSagas } from '../run-in-memory.js'
import type { World, WorldOptions } from './world.js'

/** The inputs, activities and faults of a simulated run. */
export interface SimulationOptions<TInput = unknown, TState = unknown> extends WorldOptions<TState> {
  readonly inputs: readonly TInput[]
  /** The sagas of `.child` steps, by the name of their workflow; their runs meet the same faults. */
  readonly children?: ChildSagas
  /** Activities of the test's own, by name, instead of those made from `effects`; they work on the world. */
  readonly activities?: (world: World<TState>) => { readonly [name: string]: AnyActivity }
  /** Wraps the runtime, to see that the tests find a faulty one. */
  readonly runtime?: (runtime: SagaRuntime) => SagaRuntime
  /** The messages of waiting lanes, by wait; each is sent once nothing else goes on. */
  readonly messages?: { readonly [wait: string]: unknown }
  /** Milliseconds of the virtual clock after which faults end by themselves. Default one hour. */
  readonly faultsLastMs?: number
  /** `true` when the run is cancelled before it begins. */
  readonly cancelled?: boolean
  /** `true` when a finished run is run again, to see that it changes nothing. Default `true`. */
  readonly again?: boolean
}
