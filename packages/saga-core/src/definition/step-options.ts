import type { ArgOf, NamesAnswering, ResultOf, ReturnOf, Undoing } from './activity-types.js'
import type { CallOptions, CompensationOptions, ElementView, InputSchema, StepView } from './definition.js'
import type { SagaTypeError } from './type-error.js'

/** Options of any step. */
export interface CommonOptions extends CallOptions {
  /** The definition's version from which on runs have this step. */
  readonly since?: number
  /** The definition's version from which on runs no longer have it. */
  readonly until?: number
}

/** The check of a step's result. */
interface Checked<TResult> {
  /**
   * Checks what the activity returned, and what an operator's `resolve` gives; returns the step's result. An activity whose result does
   * not fit may have happened: `onUnknown` says what follows. Default: no check.
   */
  readonly result?: InputSchema<TResult>
}

/** The treatment of a step that may have happened. */
type Unknown<TVerify> =
  | { readonly onUnknown: 'compensate' | 'park'; readonly verify?: never }
  /** The activity that answers for the step: done with its result, fenced (it did not happen), or pending, which parks the lane. */
  | { readonly onUnknown: 'verify'; readonly verify: TVerify }

/** The compensation of a step; a step without `compensate` has no effect. */
type Undo<TCompensate, TVerify> =
  | ({
      readonly compensate: TCompensate
      readonly compensation?: CompensationOptions
      /** Its stuck compensation does not hold up the earlier ones. */
      readonly independent?: boolean
    } & Unknown<TVerify>)
  | {
      readonly compensate?: never
      readonly onUnknown?: 'park'
      readonly compensation?: never
      readonly independent?: never
      readonly verify?: never
    }

/**
 * The argument of a step: the lane's input if the activity takes that, or the value of `arg`. Its compensation gets the same argument;
 * `undefined` if the step is not known to have started and `arg` lacks results.
 */
export type Shape<TInput, TResults, A, TSetWise extends boolean, TInvoke extends keyof A> = Checked<
  ResultOf<A[TInvoke]>
> &
  (
    | ([TInput] extends [ArgOf<A[TInvoke]>]
        ? { readonly arg?: never } & Undo<
            Undoing<A, TSetWise, TInput, ReturnOf<A[TInvoke]>>,
            NamesAnswering<A, TSetWise, TInput, ResultOf<A[TInvoke]>>
          >
        : never)
    | ({ readonly arg: (view: StepView<TInput, TResults>) => ArgOf<A[TInvoke]> } & Undo<
        Undoing<A, TSetWise, ArgOf<A[TInvoke]> | undefined, ReturnOf<A[TInvoke]>>,
        NamesAnswering<A, TSetWise, ArgOf<A[TInvoke]>, ResultOf<A[TInvoke]>>
      >)
  )

/** A step without a compensation: the pivot, or a retriable step. */
export type Forward<TInput, TResults, A, TInvoke extends keyof A> = CommonOptions &
  Checked<ResultOf<A[TInvoke]>> & { readonly invoke: TInvoke } & ([TInput] extends [ArgOf<A[TInvoke]>]
    ? { readonly arg?: (view: StepView<TInput, TResults>) => ArgOf<A[TInvoke]> }
    : { readonly arg: (view: StepView<TInput, TResults>) => ArgOf<A[TInvoke]> })

/** A list step whose elements are the arguments of its activity: one call, one compensation and one key for each of them. */
export type ElementOptions<TInput, TResults, A, TSetWise extends boolean, TInvoke extends keyof A> = CommonOptions &
  Checked<ResultOf<A[TInvoke]>> & {
    readonly items: (view: StepView<TInput, TResults>) => readonly ArgOf<A[TInvoke]>[]
    /** Returns the permanent key of an element within its lane. A method, so that it may take the elements alone of what its activity takes. */
    key(item: ArgOf<A[TInvoke]>): string
    readonly invoke: TInvoke
    readonly arg?: never
  } & Undo<
    Undoing<A, TSetWise, ArgOf<A[TInvoke]>, ReturnOf<A[TInvoke]>>,
    NamesAnswering<A, TSetWise, ArgOf<A[TInvoke]>, ResultOf<A[TInvoke]>>
  >

/** A list step with an argument made of each element. */
export type ShapedElementOptions<
  TInput,
  TResults,
  TItem,
  A,
  TSetWise extends boolean,
  TInvoke extends keyof A,
> = CommonOptions &
  Checked<ResultOf<A[TInvoke]>> & {
    readonly items: (view: StepView<TInput, TResults>) => readonly TItem[]
    /** Returns the permanent key of an element within its lane. */
    readonly key: (item: TItem) => string
    readonly invoke: TInvoke
    readonly arg: (view: ElementView<TInput, TResults, TItem>) => ArgOf<A[TInvoke]>
  } & Undo<
    Undoing<A, TSetWise, ArgOf<A[TInvoke]> | undefined, ReturnOf<A[TInvoke]>>,
    NamesAnswering<A, TSetWise, ArgOf<A[TInvoke]>, ResultOf<A[TInvoke]>>
  >

/** Options of a parallel group. */
export interface ParallelOptions {
  /**
   * The effect of a failed step on the others of its lane: they are awaited (the default), or called off. A call that is called off may
   * have happened, so `onUnknown` applies to it; a step that would park is awaited. A set-wise call is called off when all of its lanes
   * have failed.
   */
  readonly onFailure?: 'await' | 'cancel'
}

/** The end of a wait; without one, the lane waits until a message comes. */
type WaitEnd<TInput, TResults> =
  | {
      /** Returns the end of the wait in epoch milliseconds. */
      readonly deadline?: (view: StepView<TInput, TResults>, startedAt: number) => number
      readonly withinMs?: never
    }
  | {
      /** The longest wait in milliseconds, counted from when the lane begins to wait. */
      readonly withinMs: number | ((view: StepView<TInput, TResults>) => number)
      readonly deadline?: never
    }

/** A step that waits for a message of type TValue. */
export type WaitOptions<TInput, TResults, TValue, A, TSetWise extends boolean> = WaitEnd<TInput, TResults> & {
  /** Checks a message on its arrival, and returns the step's result. Give `typed<T>()` to check nothing. */
  readonly message: InputSchema<TValue>
  /** The answer at the end of the wait: a refusal (the default), or this value. */
  readonly onDeadline?: 'refuse' | { readonly value: TValue }
  /**
   * The activity that answers for the wait, asked at a message, at the deadline and at a cancel: done with the value, refused, or
   * pending, after which it is asked again. It is set-wise if the builder is.
   */
  readonly decide?: NamesAnswering<A, TSetWise, TInput, TValue>
  readonly decision?: CallOptions
  readonly since?: number
  readonly until?: number
}

/** A child saga: a parked child parks its parent's lane, and a child that is called off rolls back before its parent does. */
export interface ChildOptions<TInput, TResults, TChildInput> {
  /** The workflow type that runs it, as `sagaWorkflow(childSaga)` makes it. */
  readonly workflow: string
  readonly arg: (view: StepView<TInput, TResults>) => TChildInput
  readonly since?: number
  readonly until?: number
}

/** A name that no earlier step has. */
export type Fresh<TName extends string, TResults> = TName extends keyof TResults ? Taken<TName> : TName

/** The compiler's message for a name that an earlier step has. */
export type Taken<TName extends string> = SagaTypeError<`this saga has a step named ${TName} already`>
