import type { CallPolicy } from '../../definition/definition.js'
import type { StepAnswer } from '../../wire/answer.js'
import { type Lane, nameOf, type Part, type Retry } from '../run/lane.js'
import type { ActivityRequest } from '../run/runtime.js'

/**
 * The request of a call that goes on where the run continued as new: its policy is that of the attempts that are left. For parts with
 * different numbers of attempts the smallest counts.
 */
export function goOn(asked: ActivityRequest, former: Retry | undefined): ActivityRequest {
  if (!former) return asked
  return { ...asked, since: former.since, policy: policyAfter(asked.policy, former.attempt) }
}

function policyAfter({ startToCloseMs, retry }: CallPolicy, made: number): CallPolicy {
  const { initialMs, factor, maximumMs, attempts } = retry
  const left = attempts === 0 ? 0 : Math.max(1, attempts - made)
  const nextMs = Math.min(initialMs * factor ** made, maximumMs)
  return { startToCloseMs, retry: { initialMs: nextMs, factor, maximumMs, attempts: left } }
}

/** The retries of these parts in the run that continued as this one; `undefined` where one of them has none. */
export function formerRetry(parts: readonly Part[]): Retry | undefined {
  return parts
    .map((part) => part.lane.retries[nameOf(part)])
    .reduce((one, other) => (one && other && other.attempt < one.attempt ? other : other && one))
}

/** Takes note that an attempt after the first begins. */
export function noteRetry(parts: readonly Part[], now: number, attempt: number): void {
  for (const part of parts) {
    const { since = now, error } = part.lane.retries[nameOf(part)] ?? {}
    part.lane.retries[nameOf(part)] = { attempt, since, ...(error && { error }) }
  }
}

/** Takes note of the failure at which a call was held; a call that was cancelled between two attempts answers without one. */
export function noteHeld(parts: readonly Part[], now: number, answer: StepAnswer | undefined): void {
  for (const part of parts) {
    const { attempt = 1, since = now, error: before } = part.lane.retries[nameOf(part)] ?? {}
    const error = answer?.status === 'unknown' ? { code: answer.code, message: answer.message } : before
    part.lane.retries[nameOf(part)] = { attempt, since, ...(error && { error }) }
  }
}

/** Forgets the retries of parts whose call is over. */
export function forgetRetries(parts: readonly Part[]): void {
  for (const part of parts) delete part.lane.retries[nameOf(part)]
}

/** Forgets all retries of a lane that goes another way. */
export function forgetAllRetries(lane: Lane): void {
  for (const name of Object.keys(lane.retries)) delete lane.retries[name]
}
