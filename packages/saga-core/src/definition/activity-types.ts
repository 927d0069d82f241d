import type { ToldCause } from '../wire/outcome.js'
import type { Intent, Phase, SetReport, SetRequest } from '../wire/set-wise.js'
import type { ResultPart, UndoPart } from '../wire/with-undo.js'
import type { SagaTypeError } from './type-error.js'

declare const setWiseTypes: unique symbol

/** A set-wise activity: lanes in, one answer per lane out. Made by `setWise` of `saga-core/activity`. */
export interface SetWiseActivity<TArg, TResult> {
  (request: SetRequest): Promise<SetReport>
  /** Never set; carries the types. */
  readonly [setWiseTypes]?: { readonly arg: (arg: TArg) => void; readonly result: TResult }
}

/** What a per-lane activity is told beside its argument. */
export interface LaneCall<TResult = unknown, TUndo = unknown> {
  readonly saga: string
  readonly step: string
  readonly phase: Phase
  readonly workflowId: string
  readonly lane: string
  /** The key to hand to other services: the same in every attempt, another for the compensation. */
  readonly idempotencyKey: string
  /** In a compensation: the key its action had. */
  readonly actionKey?: string
  /** In a compensation: true where the step is known to have happened, though it may have returned nothing. */
  readonly known?: boolean
  /** In a compensation: what the step returned, where that is known. */
  readonly result?: TResult
  /** In a compensation: what the step returned beside its result, by `withUndo`. */
  readonly undo?: TUndo
  readonly cause?: ToldCause
  /** In a decision: why it is asked for. */
  readonly intent?: Intent
}

/** What a per-lane compensation is told: a {@link LaneCall} that always has its action's key, and the cause. */
export interface UndoCall<TResult = unknown, TUndo = unknown> extends LaneCall<TResult, TUndo> {
  readonly phase: 'compensation'
  readonly actionKey: string
  readonly cause: ToldCause
}

/** A per-lane activity: one argument, and what the call is about. */
export type LaneActivity<TArg, TResult> = (arg: TArg, call: LaneCall) => Promise<TResult>

type AnyFunction = (...args: never[]) => unknown

/** By its mark alone: what answers `any` would else be taken for everything. */
type IsSetWise<F> = typeof setWiseTypes extends keyof F ? true : false

/** The names in A of activities of the builder's style. */
export type NamesOf<A, TSetWise extends boolean> = {
  [N in keyof A & string]: IsSetWise<A[N]> extends true
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
  [N in NamesOf<A, TSetWise>]: IsCalledBy<A[N], LaneCall> extends true ? N : never
}[NamesOf<A, TSetWise>]

/** True for what takes one argument and this call, and no more; set-wise activities have a call of their own. */
type IsCalledBy<F, TCall> =
  IsSetWise<F> extends true ? true : F extends (arg: never, call: TCall) => unknown ? true : false

/**
 * The names of activities of the builder's style that take this argument; and, as compensations, what an action gives that returns a
 * TReturn.
 */
export type NamesTaking<A, TSetWise extends boolean, TArg, TReturn = never> = {
  [N in NamesOf<A, TSetWise>]: [TArg] extends [ArgOf<A[N]>]
    ? IsCalledBy<A[N], UndoCall<ResultPart<TReturn>, UndoPart<TReturn>>> extends true
      ? N
      : never
    : never
}[NamesOf<A, TSetWise>]

/** The names of activities that take this argument, and answer what can stand for this result; a sentence where there is none. */
export type NamesAnswering<A, TSetWise extends boolean, TArg, TResult> = OrSay<
  {
    [N in NamesTaking<A, TSetWise, TArg>]: [ResultOf<A[N]>] extends [TResult] ? N : never
  }[NamesTaking<A, TSetWise, TArg>],
  "no activity answers with this step's result"
>

type OrSay<TNames, TMessage extends string> = [TNames] extends [never] ? SagaTypeError<TMessage> : TNames

/** What an activity takes for one lane. */
export type ArgOf<F> =
  IsSetWise<F> extends true
    ? F extends SetWiseActivity<infer TArg, infer _R>
      ? TArg
      : never
    : F extends () => unknown
      ? unknown
      : F extends (arg: infer TArg, ...rest: never[]) => unknown
        ? TArg
        : never

/** What an activity returns for one lane, without what is for its compensation alone. */
export type ResultOf<F> = ResultPart<ReturnOf<F>>

/** All that an activity returns for one lane. */
export type ReturnOf<F> =
  IsSetWise<F> extends true
    ? F extends SetWiseActivity<infer _A, infer TResult>
      ? TResult
      : never
    : F extends (...args: never[]) => infer TResult
      ? Awaited<TResult>
      : never
