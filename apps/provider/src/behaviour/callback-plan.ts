import type { Callback } from '../state/records.js'
import type { Behaviours, Subject } from './behaviours.js'

/** How a callback is to be delivered. */
export type CallbackPlan = Pick<Callback, 'state' | 'copies' | 'dueAt' | 'held'>

/** Decides how a callback of a type is delivered that is made at `now`; a payment has at most one held callback. */
export function planCallback(
  behaviours: Behaviours,
  {
    type,
    hasHeld,
    now,
    ...subject
  }: Subject & { readonly type: string; readonly hasHeld: boolean; readonly now: number },
): CallbackPlan {
  const behaviour = behaviours.of(subject)
  const happens = (share: number, what: string) => behaviours.happens(share, `${what} ${type}`, subject)
  if (happens(behaviour.callbackDroppedShare, 'dropped'))
    return { state: 'dropped', copies: 0, dueAt: now, held: false }
  const copies = happens(behaviour.callbackDoubledShare, 'doubled') ? 2 : 1
  const delayed = happens(behaviour.callbackDelayedShare, 'delayed') ? behaviour.callbackDelayMs : 0
  const held = happens(behaviour.callbackReorderedShare, 'reordered') && !hasHeld
  return { state: 'pending', copies, dueAt: now + Math.max(delayed, held ? behaviour.callbackHoldMs : 0), held }
}
