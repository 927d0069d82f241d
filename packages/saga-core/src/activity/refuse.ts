import { ApplicationFailure } from '@temporalio/common'
import { CauseCode } from '../saga-error.js'
import type { Json } from '../wire/columns.js'
import { failureType, type RefusalFacts, refusalFacts } from '../wire/failure.js'
import { currentAttempt } from './attempt.js'

/**
 * The failure of a per-lane activity for a business refusal. Temporal does not retry it; the lane is compensated and its run completes.
 * After an attempt without an answer the engine takes the refusal as unknown, unless a barrier stored it or it is `definite`.
 *
 * @example
 * async function debit({ balance, amount }: { readonly balance: number; readonly amount: number }) {
 *   if (balance < amount) throw refuse('INSUFFICIENT_FUNDS', { missing: amount - balance })
 * }
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
    type: failureType.refused,
    nonRetryable: true,
    details: [facts],
  })
}

/**
 * The failure of a per-lane action that arrives after its lane was undone, and of a per-lane `verify` whose step did not happen and
 * never will.
 *
 * @example
 * async function wasCharged(_: unknown, { step, idempotencyKey }: LaneCall) {
 *   const answer = await fetch(`https://pay.example/charges/${idempotencyKey}`, { method: 'DELETE' })
 *   if (answer.status === 410) throw stepFenced(step)
 * }
 */
export function stepFenced(step: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `step "${step}" was undone before this attempt arrived; it changed nothing`,
    type: failureType.fenced,
    nonRetryable: true,
    details: [CauseCode.StepFenced],
  })
}

/**
 * The failure of a per-lane `decide` or `verify`, or of a per-lane compensation, that has no answer yet; the engine asks again.
 *
 * @example
 * async function refund(_: unknown, { idempotencyKey }: UndoCall) {
 *   const answer = await fetch(`https://pay.example/refunds/${idempotencyKey}`, { method: 'PUT' })
 *   if (answer.status === 202) throw stepPending()
 * }
 */
export function stepPending(): ApplicationFailure {
  return ApplicationFailure.create({ message: 'not decided yet', type: failureType.pending, nonRetryable: true })
}

/** The refusal's facts; `undefined` when the error is no refusal or has no code. */
export function refusalOf(error: unknown): RefusalFacts | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined
  const { type, details } = error
  return refusalFacts({ type: type ?? undefined, details: details ?? undefined })
}
