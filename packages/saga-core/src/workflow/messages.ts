import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Operated, Operation } from '../engine/outside/operate.js'
import type { LaneMessages } from '../engine/outside/take-messages.js'
import type { ChildParked } from '../engine/runtime.js'
import type { LaneState, SagaState } from '../engine/state/saga-state.js'
import type { EarlyQuestion, EarlyReturn } from '../wire/early-return.js'

/** A run's counts and its lanes that are not simply done. */
export const sagaStateQuery = defineQuery<SagaState>('sagaState')

/** One lane of a run, or `null` when the run does not have it. */
export const sagaLaneQuery = defineQuery<LaneState | null, [key: string]>('sagaLane')

/**
 * Messages to lanes that wait: one signal names many lanes. Early ones are kept, the first counts, doubled and late ones change
 * nothing.
 */
export const sagaMessageSignal = defineSignal<[LaneMessages]>('sagaMessage')

/** A child saga has parked, or (`null`) goes on; sent by the child. */
export const sagaChildSignal = defineSignal<[ChildNews]>('sagaChild')

/** What a child saga tells its parent. */
export interface ChildNews {
  /** The child's workflow id. */
  readonly child: string
  readonly parked: ChildParked | null
}

/** An operator's word on some lanes; rejected before it enters history when no lane allows it. */
export const sagaOperateUpdate = defineUpdate<Operated, [Operation]>('sagaOperate')

/**
 * What becomes of a lane's step, as soon as it is known: when the step is through, or the lane has rolled back, parked or ended.
 * Sent with the start of its run, or later; rejected where there is no such lane or step.
 */
export const sagaEarlyReturnUpdate = defineUpdate<EarlyReturn, [EarlyQuestion]>('sagaEarlyReturn')
