import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Operated, Operation } from '../engine/outside/operation.js'
import type { LaneMessages } from '../engine/outside/take-messages.js'
import type { ChildParked } from '../engine/run/runtime.js'
import type { LaneState, SagaState } from '../engine/state/saga-state.js'
import type { EarlyQuestion, EarlyReturn } from '../wire/early-return.js'

/** Query: a run's counts, and its lanes that are not simply done. */
export const sagaStateQuery = defineQuery<SagaState>('sagaState')

/** Query: one lane of a run, or `null` when the run does not have it. */
export const sagaLaneQuery = defineQuery<LaneState | null, [key: string]>('sagaLane')

/**
 * Signal: messages to the waits of many lanes. A message before its wait is kept; the first to a wait counts, and later ones change
 * nothing.
 */
export const sagaMessageSignal = defineSignal<[LaneMessages]>('sagaMessage')

/** Signal from a child saga to its parent: the child has parked, or (`null`) goes on. */
export const sagaChildSignal = defineSignal<[ChildNews]>('sagaChild')

/** A notice of a child saga to its parent. */
export interface ChildNews {
  /** The child's workflow id. */
  readonly child: string
  readonly parked: ChildParked | null
}

/** Update: an operation on some lanes; its validator rejects it, before it enters history, when no lane allows it. */
export const sagaOperateUpdate = defineUpdate<Operated, [Operation]>('sagaOperate')

/**
 * Update: the early return of a lane's step, once the step is through, or the lane has rolled back, parked or ended. It comes with the
 * start of its run (update-with-start), or later; its validator rejects an unknown lane or step.
 */
export const sagaEarlyReturnUpdate = defineUpdate<EarlyReturn, [EarlyQuestion]>('sagaEarlyReturn')
