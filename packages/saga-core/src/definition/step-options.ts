import type { ArgOf, NamesAnswering, NamesTaking, ResultOf, ReturnOf } from './activity-types.js'
import type { CallOptions, CompensationOptions, ElementView, InputSchema, StepView } from './definition.js'
import type { SagaTypeError } from './type-error.js'

/** What any step can say. */
export interface CommonOptions extends CallOptions {
  /** The definition's version from which on runs have this step. */
  readonly since?: number
  /** The definition's version from which on runs no longer have it. */
  readonly until?: number
}

/** What to do when a step may have happened. */
type Unknown<TVerify> =
  | { readonly onUnknown: 'compensate' | 'park'; readonly verify?: never }
  /** Ask this activity whether it happened: done with the step's result, not done and fenced, or pending, which parks. */
  | { readonly onUnknown: 'verify'; readonly verify: TVerify }

/** How a step is undone; a step without `compensate` has no effect. */
export type Undo<TCompensate, TVerify> =
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
 * The argument of a step: the lane's input where the activity takes that, or what `arg` makes of it. A compensation gets the same
 * argument; `undefined` where the step was never known to start and `arg` lacks the results it needs.
 */
export type Shape<TInput, TResults, A, TSetWise extends boolean, TInvoke extends keyof A> =
  | ([TInput] extends [ArgOf<A[TInvoke]>]
      ? { readonly arg?: never } & Undo<
          NamesTaking<A, TSetWise, TInput, ReturnOf<A[TInvoke]>>,
          NamesAnswering<A, TSetWise, TInput, ResultOf<A[TInvoke]>>
        >
      : never)
  | ({ readonly arg: (view: StepView<TInput, TResults>) => ArgOf<A[TInvoke]> } & Undo<
      NamesTaking<A, TSetWise, ArgOf<A[TInvoke]> | undefined, ReturnOf<A[TInvoke]>>,
      NamesAnswering<A, TSetWise, ArgOf<A[TInvoke]>, ResultOf<A[TInvoke]>>
    >)

/** A forward call without an undo: pivot and retriable steps. */
export type Forward<TInput, TResults, A, TInvoke extends keyof A> = CommonOptions & {
  readonly invoke: TInvoke
} & ([TInput] extends [ArgOf<A[TInvoke]>]
    ? { readonly arg?: (view: StepView<TInput, TResults>) => ArgOf<A[TInvoke]> }
    : { readonly arg: (view: StepView<TInput, TResults>) => ArgOf<A[TInvoke]> })

/** A list step: one call, one compensation and one key for each element. */
export type ElementOptions<
  TInput,
  TResults,
  TItem,
  A,
  TSetWise extends boolean,
  TInvoke extends keyof A,
> = CommonOptions & {
  readonly items: (view: StepView<TInput, TResults>) => readonly TItem[]
  /** Names an element for ever, within its lane. */
  readonly key: (item: TItem) => string
  readonly invoke: TInvoke
} & (
    | ([TItem] extends [ArgOf<A[TInvoke]>]
        ? { readonly arg?: never } & Undo<
            NamesTaking<A, TSetWise, TItem, ReturnOf<A[TInvoke]>>,
            NamesAnswering<A, TSetWise, TItem, ResultOf<A[TInvoke]>>
          >
        : never)
    | ({ readonly arg: (view: ElementView<TInput, TResults, TItem>) => ArgOf<A[TInvoke]> } & Undo<
        NamesTaking<A, TSetWise, ArgOf<A[TInvoke]> | undefined, ReturnOf<A[TInvoke]>>,
        NamesAnswering<A, TSetWise, ArgOf<A[TInvoke]>, ResultOf<A[TInvoke]>>
      >)
  )

/** What a parallel group can say. */
export interface ParallelOptions {
  /**
   * What the failure of one step does to the others of its lane: they are awaited (the default), or called off. A call that is called
   * off may have happened, so `onUnknown` says what becomes of it; one of a step that would park is awaited. A set-wise call is
   * called off when all of its lanes have failed.
   */
  readonly onFailure?: 'await' | 'cancel'
}

/** A step that waits for a message of type TValue. */
export interface WaitOptions<TInput, TResults, TValue, A, TSetWise extends boolean> {
  /** Makes the step's result of a message, and checks it when it comes. `typed<T>()` where nothing is to be checked. */
  readonly message: InputSchema<TValue>
  /** Epoch milliseconds after which nobody waits any more. */
  readonly deadline?: (view: StepView<TInput, TResults>, startedAt: number) => number
  /** What the deadline means: a refusal (the default), or this value. */
  readonly onDeadline?: 'refuse' | { readonly value: TValue }
  /**
   * Messages, the deadline and cancels are hints; this activity decides, set-wise where the builder is: done with the value, refused,
   * or pending, which asks it again.
   */
  readonly decide?: NamesAnswering<A, TSetWise, TInput, TValue>
  readonly decision?: CallOptions
  readonly since?: number
  readonly until?: number
}

/** A child saga: parked, it parks its parent's lane; called off, it undoes itself before its parent does. */
export interface ChildOptions<TInput, TResults, TChildInput> {
  /** The workflow type that runs it: a function `(input, options?) => runSaga(childSaga, input, options)`. */
  readonly workflow: string
  readonly arg: (view: StepView<TInput, TResults>) => TChildInput
  readonly since?: number
  readonly until?: number
}

/** A name no earlier step has. */
export type Fresh<TName extends string, TResults> = TName extends keyof TResults ? Taken<TName> : TName

/** What the compiler says of a name that an earlier step has. */
export type Taken<TName extends string> = SagaTypeError<`this saga has a step named ${TName} already`>
