import { ApplicationFailure } from '@temporalio/common'
import { CauseCode } from '../saga-error.js'
import type { Json } from '../wire/columns.js'
import { FailureType, type RefusalFacts, refusalFacts } from '../wire/failure.js'
import { currentAttempt } from './attempt.js'

/**
 * The failure of a per-lane activity for a business refusal. Temporal does not retry it; the lane is compensated and its run completes.
 * After an attempt without an answer the engine takes the refusal as unknown, unless a barrier stored it or it is `definite`.
 *
 * @example
 * if (account.balance < amount) throw refuse('INSUFFICIENT_FUNDS', { missing: amount - account.balance })
 */
export function refuse(code: string, details?: Json, { definite = false }: RefuseOptions = {}): ApplicationFailure {
  return refusal({
    code,
    ...(details !== undefined && { details }),
    definite: definite || currentAttempt() === 1,
    ...(definite && { stored: true }),
  })
}

/** The options of {@link refuse}. */
export interface RefuseOptions {
  /**
   * `true` when the called service stores its answer under the idempotency key, so that every attempt, an earlier one without an answer
   * included, gets this refusal. A refusal that holds only now, such as one for a balance, is not definite. Default `false`.
   */
  readonly definite?: boolean
}

/** The failure of a refusal with these facts. */
export function refusal(facts: RefusalFacts): ApplicationFailure {
  return ApplicationFailure.create({
    message: `refused: ${facts.code}`,
    type: FailureType.Refused,
    nonRetryable: true,
    details: [facts],
  })
}

/**
 * The failure of a per-lane action that arrives after its lane was undone, and of a per-lane `verify` whose step did not happen and
 * never will.
 *
 * @example
 * if (await payments.voided(call.idempotencyKey)) throw stepFenced(call.step)
 */
export function stepFenced(step: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `step "${step}" was undone before this attempt arrived; it changed nothing`,
    type: FailureType.Fenced,
    nonRetryable: true,
    details: [CauseCode.StepFenced],
  })
}

/**
 * The failure of a per-lane `decide` or `verify`, or of a per-lane compensation, that has no answer yet; the engine asks again.
 *
 * @example
 * if ((await payments.find(call.idempotencyKey)) === 'open') throw stepPending()
 */
export function stepPending(): ApplicationFailure {
  return ApplicationFailure.create({ message: 'not decided yet', type: FailureType.Pending, nonRetryable: true })
}

/** The refusal's facts; `undefined` when the error is no refusal or has no code. */
export function refusalOf(error: unknown): RefusalFacts | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined
  const { type, details } = error
  return refusalFacts({ type: type ?? undefined, details: details ?? undefined })
}
