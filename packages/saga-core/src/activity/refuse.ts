import { ApplicationFailure } from '@temporalio/common'
import type { Json } from '../wire/columns.js'
import { FailureType, type RefusalFacts, refusalFacts } from '../wire/failure.js'
import { currentAttempt } from './attempt.js'

/**
 * The failure by which a per-lane activity says a definite business no. Nothing is retried; the lane is compensated, its run
 * completes. After an attempt that never answered the engine takes it as unknown, unless a barrier stored it or it is `definite`.
 *
 * @example
 * if (account.balance < amount) throw refuse('INSUFFICIENT_FUNDS', { missing: amount - account.balance })
 */
export const refuse = (code: string, details?: Json, { definite = false }: RefuseOptions = {}): ApplicationFailure =>
  refusal({
    code,
    ...(details !== undefined && { details }),
    definite: definite || currentAttempt() === 1,
    ...(definite && { stored: true }),
  })

/** What is known of a refusal. */
export interface RefuseOptions {
  /**
   * The service that was asked keeps its answer under the idempotency key: every attempt, an earlier one that never answered included,
   * got this no or will get it, for ever. Not to be said of a no that only holds now, such as a balance.
   */
  readonly definite?: boolean
}

/** The refusal a barrier stored: definite in every attempt. */
export const refusal = (facts: RefusalFacts): ApplicationFailure =>
  ApplicationFailure.create({
    message: `refused: ${facts.code}`,
    type: FailureType.Refused,
    nonRetryable: true,
    details: [facts],
  })

/** The failure of an action that arrives after its lane was undone. */
export const stepFenced = (step: string): ApplicationFailure =>
  ApplicationFailure.create({
    message: `step "${step}" was undone before this attempt arrived; it changed nothing`,
    type: FailureType.Fenced,
    nonRetryable: true,
    details: ['SAGA_STEP_FENCED'],
  })

/** The failure by which a per-lane `decide` or `verify` says that it does not know yet. */
export const stepPending = (): ApplicationFailure =>
  ApplicationFailure.create({ message: 'not decided yet', type: FailureType.Pending, nonRetryable: true })

/** The refusal an error carries, if it is one that says what it refuses for. */
export function refusalOf(error: unknown): RefusalFacts | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined
  const { type, details } = error
  return refusalFacts({ type: type ?? undefined, details: details ?? undefined })
}
