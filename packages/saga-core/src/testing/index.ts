export type { ActivityAnswer, ActivityRequest, ChildRequest, SagaRuntime } from '../engine/run/runtime.js'
export { type CounterExample, type Exploration, type ExplorerOptions, explore } from './explorer/explore.js'
export type { FaultKind } from './explorer/placements.js'
export {
  type AnyActivity,
  type Attempt,
  type InMemoryOptions,
  type InMemoryRuntime,
  inMemoryRuntime,
} from './in-memory-runtime.js'
export type { MatrixCell, MatrixOptions } from './matrix/cell.js'
export { runCells, type SagaMatrix, sagaMatrix } from './matrix/saga-matrix.js'
export {
  fetchHistories,
  type HistoryEvent,
  type HistoryReplay,
  type RecordedHistory,
  type ReplayFailure,
  type ReplayOptions,
  type RunSelection,
  readHistories,
  recordHistories,
  replayHistories,
  toRecorded,
} from './replay/index.js'
export { type ChildSagas, type InMemoryRun, type RunInMemoryOptions, runInMemory } from './run-in-memory.js'
export type { Effect, EffectModel, ModelLane } from './simulation/effects.js'
export type { Invariant } from './simulation/promises.js'
export type { Simulated, SimulatedEnd } from './simulation/simulate.js'
export type { World } from './simulation/world.js'
export { type VirtualClock, virtualClock } from './virtual-clock.js'
