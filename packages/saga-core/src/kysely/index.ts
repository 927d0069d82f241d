export { type BarrierWork, withBarrier } from './barrier.js'
export { type BarrierDatabase, createBarrierTable, type SagaBarrierTable } from './barrier-table.js'
export { type LaneBarrierWork, withLaneBarrier } from './lane-barrier.js'
