import type { Code } from '../saga-error.js'
import type { Json } from './columns.js'

/** The answer of one lane's step, in the report of a set-wise activity. */
export type LaneAnswer<TValue = unknown> =
  /** The step happened, and returned this value. */
  | { readonly key: string; readonly status: 'done'; readonly value?: TValue }
  /** The step is refused, for a business reason. `definite`: a barrier stored the refusal, so every attempt gets it. */
  | {
      readonly key: string
      readonly status: 'refused'
      readonly code: string
      readonly details?: Json
      readonly definite?: boolean
    }
  /** The step did not happen and never will: a barrier fenced it, for a lane that rolled back or for `verify`. */
  | { readonly key: string; readonly status: 'fenced' }
  /** The answer is not known yet: a `decide` and a compensation are called again, a lane whose `verify` answers so parks. */
  | { readonly key: string; readonly status: 'pending' }

/** The answer of one lane's step, as the engine has it once the call is over. */
export type StepAnswer =
  | { readonly status: 'done'; readonly value: unknown }
  | {
      readonly status: 'refused'
      readonly code: Code
      readonly details?: Json
      readonly definite?: boolean
      /** `true` for a refusal before which another call may have taken effect. */
      readonly isLate?: boolean
    }
  | { readonly status: 'fenced' }
  | { readonly status: 'pending' }
  /** The call was not made, or not to the end of its policy: the run continues as new, and asks again. */
  | { readonly status: 'held' }
  /** The step may have happened. */
  | {
      readonly status: 'unknown'
      readonly code: Code
      readonly message: string
      /** The number of attempts, where the policy of the call is spent. */
      readonly attempts?: number
    }

/**
 * The answer of a lane whose step happened.
 *
 * @example
 * const createOrders = setWise<{ readonly id: number }, { readonly orderId: number }>(async (lanes) =>
 *   lanes.map(({ key, arg }) => done(key, { orderId: arg.id })),
 * )
 */
export function done<TValue = never>(key: string, value?: TValue): LaneAnswer<TValue> {
  return value === undefined ? { key, status: 'done' } : { key, status: 'done', value }
}

/**
 * The answer of a lane whose step is refused for a business reason; no effect was written for this lane.
 *
 * @example
 * const takeSeats = setWise<{ readonly isFree: boolean }>(async (lanes) =>
 *   lanes.map(({ key, arg }) => (arg.isFree ? done(key) : refused(key, 'SEAT_TAKEN'))),
 * )
 */
export function refused(key: string, code: string, details?: Json): LaneAnswer<never> {
  return details === undefined ? { key, status: 'refused', code } : { key, status: 'refused', code, details }
}

/**
 * The answer of a lane that is not known yet: the activity is called again. For `decide`, `verify` and compensations.
 *
 * @example
 * const werePaid = setWise<{ readonly isPaid: boolean }>(async (lanes) =>
 *   lanes.map(({ key, arg }) => (arg.isPaid ? done(key) : pending(key))),
 * )
 */
export function pending(key: string): LaneAnswer<never> {
  return { key, status: 'pending' }
}

/**
 * The answer of a lane whose step did not happen, and is fenced so that it never will. For `verify`.
 *
 * @example
 * const wereTaken = setWise<{ readonly isTaken: boolean }>(async (lanes) =>
 *   lanes.map(({ key, arg }) => (arg.isTaken ? done(key) : fenced(key))),
 * )
 */
export function fenced(key: string): LaneAnswer<never> {
  return { key, status: 'fenced' }
}
