import type { Cause } from './outcome.js'
import type { Intent, Phase, SetReport, SetRequest } from './wire.js'

declare const setWiseTypes: unique symbol

/** A set-wise activity: lanes in, one answer per lane out. Made by `setWise` of `saga-core/activity`. */
export interface SetWiseActivity<TArg, TResult> {
  (request: SetRequest): Promise<SetReport>
  /** Never set; carries the types. */
  readonly [setWiseTypes]?: { readonly arg: (arg: TArg) => void; readonly result: TResult }
}

/** What a per-lane activity is told beside its argument. */
export interface LaneCall<TResult = unknown> {
  readonly saga: string
  readonly step: string
  readonly phase: Phase
  readonly workflowId: string
  readonly lane: string
  /** The key to hand to other services: the same in every attempt, another for the compensation. */
  readonly idempotencyKey: string
  /** In a compensation: the key its action had. */
  readonly actionKey?: string
  /** In a compensation: what the step returned, where that is known. */
  readonly result?: TResult
  readonly cause?: Cause
  /** In a decision: why it is asked for. */
  readonly intent?: Intent
}

/** What a per-lane compensation is told: a {@link LaneCall} that always has its action's key, and the cause. */
export interface UndoCall<TResult = unknown> extends LaneCall<TResult> {
  readonly phase: 'compensation'
  readonly actionKey: string
  readonly cause: Cause
}

/** A per-lane activity: one argument, and what the call is about. */
export type LaneActivity<TArg, TResult> = (arg: TArg, call: LaneCall) => Promise<TResult>

type AnyFunction = (...args: never[]) => unknown

/** The names in A of activities of the builder's style. */
export type NamesOf<A, TSetWise extends boolean> = {
  [N in keyof A & string]: A[N] extends SetWiseActivity<never, unknown>
    ? TSetWise extends true
      ? N
      : never
    : A[N] extends AnyFunction
      ? TSetWise extends true
        ? never
        : N
      : never
}[keyof A & string]

/** The names in A of activities that can be a step's action: not those that want to be told what a compensation is. */
export type ActionsOf<A, TSetWise extends boolean> = {
  [N in NamesOf<A, TSetWise>]: A[N] extends (arg: never, call: infer TCall) => unknown
    ? [LaneCall] extends [TCall]
      ? N
      : never
    : N
}[NamesOf<A, TSetWise>]

/** The names of activities of the builder's style that take this argument. */
export type NamesTaking<A, TSetWise extends boolean, TArg> = {
  [N in NamesOf<A, TSetWise>]: [TArg] extends [ArgOf<A[N]>] ? N : never
}[NamesOf<A, TSetWise>]

/** What an activity takes for one lane. */
export type ArgOf<F> =
  F extends SetWiseActivity<infer TArg, infer _R>
    ? TArg
    : F extends () => unknown
      ? unknown
      : F extends (arg: infer TArg, ...rest: never[]) => unknown
        ? TArg
        : never

/** What an activity returns for one lane. */
export type ResultOf<F> =
  F extends SetWiseActivity<infer _A, infer TResult>
    ? TResult
    : F extends (...args: never[]) => Promise<infer TResult>
      ? TResult
      : never
