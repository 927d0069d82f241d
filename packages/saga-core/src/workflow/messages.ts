import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Operated, Operation } from '../engine/outside/operation.js'
import type { LaneMessages } from '../engine/outside/take-messages.js'
import type { ChildParked } from '../engine/run/runtime.js'
import type { LaneState, SagaState } from '../engine/state/saga-state.js'
import type { EarlyQuestion, EarlyReturn } from '../wire/early-return.js'

/**
 * Query: a run's counts, and its first lanes that are parked, rolling back, undecided, or ended without completing.
 *
 * @example
 * const { counts, notable } = await handle.query(sagaStateQuery)
 */
export const sagaStateQuery = defineQuery<SagaState>('sagaState')

/**
 * Query: one lane of a run, or `null` when the run does not have it.
 *
 * @example
 * const lane = await handle.query(sagaLaneQuery, '4711')
 */
export const sagaLaneQuery = defineQuery<LaneState | null, [key: string]>('sagaLane')

/**
 * Signal: messages to the waits of many lanes. A message before its wait is kept; the first to a wait counts, and later ones change
 * nothing.
 *
 * @example
 * await handle.signal(sagaMessageSignal, { wait: 'approval', lanes: { '4711': { value: { by: 'ann' } } } })
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

/**
 * Update: an operation on some lanes; its validator rejects it, before it enters history, when no lane allows it.
 *
 * @example
 * const retry = { verb: 'retry', actor: 'ann', reason: 'the hotel answers again', operationId: 'repair-4711' } as const
 * const { lanes, declined } = await handle.executeUpdate(sagaOperateUpdate, { args: [retry] })
 */
export const sagaOperateUpdate = defineUpdate<Operated, [Operation]>('sagaOperate')

/**
 * Update: the early return of a lane's step, once the step is through, or the lane has rolled back, parked or ended. It comes with the
 * start of its run (update-with-start), or later; its validator rejects an unknown lane or step.
 *
 * @example
 * const answer = await handle.executeUpdate(sagaEarlyReturnUpdate, { args: [{ lane: '4711', step: 'hotel' }] })
 */
export const sagaEarlyReturnUpdate = defineUpdate<EarlyReturn, [EarlyQuestion]>('sagaEarlyReturn')
