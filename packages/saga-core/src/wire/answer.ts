import type { Code } from '../saga-error.js'
import type { Json } from './columns.js'

/** What one lane's step answered, as a set-wise activity reports it. */
export type LaneAnswer<TValue = unknown> =
  /** It happened. `undefined` as a value is told from "not known". */
  | { readonly key: string; readonly status: 'done'; readonly value?: TValue }
  /** A definite business no. `definite` says every attempt of this step gets the same no (a barrier stored it). */
  | {
      readonly key: string
      readonly status: 'refused'
      readonly code: string
      readonly details?: Json
      readonly definite?: boolean
    }
  /** It did not happen and never will: the lane was undone before this attempt arrived, or `verify` found and fenced nothing. */
  | { readonly key: string; readonly status: 'fenced' }
  /** Not decided yet, or not known: ask again. For `decide` and `verify`. */
  | { readonly key: string; readonly status: 'pending' }

/** What the engine knows of one lane's step once the call is over. */
export type StepAnswer =
  | { readonly status: 'done'; readonly value: unknown }
  | { readonly status: 'refused'; readonly code: Code; readonly details?: Json; readonly definite?: boolean }
  | { readonly status: 'fenced' }
  | { readonly status: 'pending' }
  /** It may have happened. */
  | { readonly status: 'unknown'; readonly code: Code; readonly message: string }

/**
 * The lane's step happened.
 *
 * @example
 * return lanes.map((lane) => done(lane.key, { orderId: orderIdOf(lane.arg) }))
 */
export const done = <TValue = never>(key: string, value?: TValue): LaneAnswer<TValue> =>
  value === undefined ? { key, status: 'done' } : { key, status: 'done', value }

/** The lane's step is refused, definitely and on purpose; nothing was written for this lane. */
export const refused = (key: string, code: string, details?: Json): LaneAnswer<never> =>
  details === undefined ? { key, status: 'refused', code } : { key, status: 'refused', code, details }

/** Not decided yet, or not known; for `decide` and `verify`. */
export const pending = (key: string): LaneAnswer<never> => ({ key, status: 'pending' })

/** It did not happen, and is fenced so that it never will; for `verify`. */
export const fenced = (key: string): LaneAnswer<never> => ({ key, status: 'fenced' })
