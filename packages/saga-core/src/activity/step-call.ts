import { ApplicationFailure } from '@temporalio/common'
import type { LaneCall } from '../definition/activity-types.js'
import { failureType } from '../wire/failure.js'
import type { SetCall, SetRequest } from '../wire/set-wise.js'

/** The call of an activity of a saga: in the request of a set-wise one, in the second argument of a per-lane one. */
export function callOf([request, call]: readonly unknown[]): SetRequest | LaneCall | undefined {
  return [request, call].find(isCall) as SetRequest | LaneCall | undefined
}

function isCall(value: unknown): value is SetCall {
  if (typeof value !== 'object' || value === null) return false
  return 'saga' in value && 'step' in value && 'phase' in value && 'workflowId' in value
}

/** How an attempt ended that threw. */
export function resultOf(error: unknown): 'refused' | 'fenced' | 'pending' | 'failed' {
  const type = error instanceof ApplicationFailure ? error.type : undefined
  if (type === failureType.refused) return 'refused'
  return type === failureType.fenced ? 'fenced' : type === failureType.pending ? 'pending' : 'failed'
}
