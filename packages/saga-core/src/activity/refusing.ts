import { ApplicationFailure } from '@temporalio/common'
import type { Json } from '../wire/columns.js'
import { type RefuseOptions, refuse } from './refuse.js'

/** The failures and results of an activity that are refusals. */
export interface Refusals<TResult> extends RefuseOptions {
  /** Types of failures: the `type` of an ApplicationFailure, the `name` of another error. */
  readonly by?: readonly string[]
  /** Returns the refusal's code for a result that is a refusal, else `undefined`. */
  readonly when?: (result: TResult) => string | undefined
}

/**
 * Wraps an existing per-lane activity so that it refuses, with the failure's type or the code that `when` returns. The worker's
 * activities are wrapped, not the definition, because only an attempt knows its number: after an attempt without an answer a refusal is
 * unknown.
 *
 * @throws the refusal, as {@link refuse} makes it, or the activity's own error.
 *
 * @example
 * async function charge(amount: number): Promise<void> {
 *   if (amount > 1_000) throw ApplicationFailure.nonRetryable('the card was declined', 'CardDeclined')
 * }
 * const activities = { charge: refusing(charge, { by: ['CardDeclined'] }) }
 */
export function refusing<TArgs extends readonly unknown[], TResult>(
  activity: (...args: TArgs) => Promise<TResult>,
  { by = [], when = () => undefined, ...how }: Refusals<TResult>,
): (...args: TArgs) => Promise<TResult> {
  return async (...args) => {
    let result: TResult
    try {
      result = await activity(...args)
    } catch (error) {
      const { type, details } = factsOf(error)
      throw by.includes(type) ? refuse(type, details, how) : error
    }
    const code = when(result)
    if (code !== undefined) throw refuse(code, undefined, how)
    return result
  }
}

/** The type of an error, and its first detail or its message. */
function factsOf(error: unknown): { readonly type: string; readonly details: Json } {
  const { name = '', message = '' } = error instanceof Error ? error : {}
  if (!(error instanceof ApplicationFailure)) return { type: name, details: message }
  return { type: error.type ?? name, details: (error.details?.[0] ?? message) as Json }
}
