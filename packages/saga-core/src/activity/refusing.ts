import { ApplicationFailure } from '@temporalio/common'
import type { Json } from '../wire/columns.js'
import { type RefuseOptions, refuse } from './refuse.js'

/** What an activity says that means no. */
export interface Refusals<TResult> extends RefuseOptions {
  /** Failures it throws, by what Temporal calls their type: the `type` of an ApplicationFailure, the name of another error. */
  readonly by?: readonly string[]
  /** The code, where the result means no. */
  readonly when?: (result: TResult) => string | undefined
}

/**
 * A per-lane activity that exists already, as one that refuses: with the failure's type, or with the code that `when` finds. This is
 * said where the worker gets its activities and not in the definition: only an attempt knows whether it is the first, and after one
 * that never answered a no is unknown.
 *
 * @example
 * const activities = { ...payments, charge: refusing(payments.charge, { by: ['CardDeclined'] }) }
 */
export const refusing =
  <TArgs extends readonly unknown[], TResult>(
    activity: (...args: TArgs) => Promise<TResult>,
    { by = [], when = () => undefined, ...how }: Refusals<TResult>,
  ) =>
  async (...args: TArgs): Promise<TResult> => {
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

/** Of an error: its type, and what there is to know beside it. */
function factsOf(error: unknown): { readonly type: string; readonly details: Json } {
  const { name = '', message = '' } = error instanceof Error ? error : {}
  if (!(error instanceof ApplicationFailure)) return { type: name, details: message }
  return { type: error.type ?? name, details: (error.details?.[0] ?? message) as Json }
}
