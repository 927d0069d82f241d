import type { Stage } from '../../definition/stages.js'
import type { Intent } from '../../wire/set-wise.js'
import { calledOff } from '../run/called-off.js'
import type { Part } from '../run/lane.js'
import type { Run } from '../run/run.js'

/** One lane at a wait. */
export interface Waiting {
  readonly part: Part
  /** Epoch milliseconds at which the wait ends; infinity where it has no deadline, and until its own timer has rung. */
  deadline: number
  /** Milliseconds after which the wait's own timer rings, where it has one. */
  readonly withinMs?: number
  /** The reason for which `decide` was called last; it is not called for the same reason again until a pause is over. */
  asked?: { readonly on: Intent['on'] }
  /** The next pause, in milliseconds. */
  pauseMs: number
}

/** The reason for which a waiting lane is due, if it is. */
export function intentOf(run: Run, stage: Stage, { part, deadline, asked }: Waiting): Intent | undefined {
  const { lane, step } = part
  const message = lane.inbox[step.name]
  const unlessAsked = (intent: Intent) => (asked?.on === intent.on ? undefined : intent)
  if (message) return unlessAsked({ on: 'message', message })
  if (deadline <= run.alarm.time()) return unlessAsked({ on: 'deadline' })
  return calledOff(run, stage, lane) ? unlessAsked({ on: 'cancel' }) : undefined
}
