import type { ToldCause } from '../wire/outcome.js'
import type { Intent, Phase, SetReport, SetRequest } from '../wire/set-wise.js'
import type { ResultIn, UndoIn } from '../wire/with-undo.js'
import type { SagaTypeError } from './type-error.js'

declare const setWiseTypes: unique symbol

/** An activity that takes a set of lanes and answers for each; `setWise` of `saga-core/activity` makes it. */
export interface SetWiseActivity<TArg, TResult> {
  (request: SetRequest): Promise<SetReport>
  /** Never set: it carries the types. */
  readonly [setWiseTypes]?: { readonly arg: (arg: TArg) => void; readonly result: TResult }
}

/** The second argument of a per-lane activity: the saga, the step and the lane of the call, and its idempotency key. */
export interface LaneCall<TResult = unknown, TUndo = unknown> {
  readonly saga: string
  readonly step: string
  readonly phase: Phase
  readonly workflowId: string
  readonly lane: string
  /** The idempotency key for other services: the same in every attempt, and another one for the compensation. */
  readonly idempotencyKey: string
  /** In a compensation: its action's idempotency key. */
  readonly actionKey?: string
  /** In a compensation: `true` when the step is known to have happened, even if it returned nothing. */
  readonly known?: boolean
  /** In a compensation: the result of the step, if it is known. */
  readonly result?: TResult
  /** In a compensation: the undo data that the step returned by `withUndo`. */
  readonly undo?: TUndo
  readonly cause?: ToldCause
  /** In a decision: the event that it is asked for. */
  readonly intent?: Intent
}

/** The second argument of a per-lane compensation: a {@link LaneCall} that always has its action's key and the cause. */
export interface UndoCall<TResult = unknown, TUndo = unknown> extends LaneCall<TResult, TUndo> {
  readonly phase: 'compensation'
  readonly actionKey: string
  readonly cause: ToldCause
}

/** A per-lane activity: it takes its argument and the call. */
export type LaneActivity<TArg, TResult> = (arg: TArg, call: LaneCall) => Promise<TResult>

type AnyFunction = (...args: never[]) => unknown

/** `true` for a set-wise activity, by its mark; its signature alone would also match an activity that returns `any`. */
type IsSetWise<F> = typeof setWiseTypes extends keyof F ? true : false

/** The names in A of set-wise activities, or of per-lane ones. */
type NamesOf<A, TSetWise extends boolean> = {
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

/** The names in A of activities that can be a step's action: their call needs no field of {@link UndoCall}. */
export type ActionsOf<A, TSetWise extends boolean> = {
  [N in NamesOf<A, TSetWise>]: IsCalledBy<A[N], LaneCall> extends true ? N : never
}[NamesOf<A, TSetWise>]

/** `true` for a function of one argument and this call; set-wise activities have a call of their own. */
type IsCalledBy<F, TCall> =
  IsSetWise<F> extends true ? true : F extends (arg: never, call: TCall) => unknown ? true : false

/** The names of activities that take this argument. */
export type NamesTaking<A, TSetWise extends boolean, TArg> = Extract<
  Undoing<A, TSetWise, TArg, never>,
  NamesOf<A, TSetWise>
>

/**
 * The names of compensations that take this argument, and whose call fits the result and undo data of an action that returns TReturn; for
 * the others the compiler's sentence, which it writes out since this conditional type is distributed.
 */
export type Undoing<A, TSetWise extends boolean, TArg, TReturn = never, TName = NamesOf<A, TSetWise>> =
  TName extends NamesOf<A, TSetWise>
    ? [TArg] extends [ArgOf<A[TName]>]
      ? IsCalledBy<A[TName], UndoCall<ResultIn<TReturn>, UndoIn<TReturn>>> extends true
        ? TName
        : SagaTypeError<'a compensation has to fit the result and undo data that its step returns'>
      : SagaTypeError<
          undefined extends TArg
            ? 'a compensation has to take the argument of its step, and undefined where that is not known'
            : 'a compensation has to take the argument of its step'
        >
    : never

/** The names of activities that take this argument and return this result; a message for the compiler if there is none. */
export type NamesAnswering<A, TSetWise extends boolean, TArg, TResult> = OrSay<
  {
    [N in NamesTaking<A, TSetWise, TArg>]: [ResultOf<A[N]>] extends [TResult] ? N : never
  }[NamesTaking<A, TSetWise, TArg>],
  "no activity answers with this step's result"
>

type OrSay<TNames, TMessage extends string> = [TNames] extends [never] ? SagaTypeError<TMessage> : TNames

/** The argument of an activity for one lane. */
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

/** The result of an activity for one lane, without its undo data. */
export type ResultOf<F> = ResultIn<ReturnOf<F>>

/** The return value of an activity for one lane, with its undo data. */
export type ReturnOf<F> =
  IsSetWise<F> extends true
    ? F extends SetWiseActivity<infer _A, infer TResult>
      ? TResult
      : never
    : F extends (...args: never[]) => infer TResult
      ? Awaited<TResult>
      : never
