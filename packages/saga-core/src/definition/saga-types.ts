import type { ActionsOf, NamesTaking, ResultOf } from './activity-types.js'
import type { CallOptions, CompensationOptions, SagaDefinition, StepView } from './definition.js'
import type {
  ChildOptions,
  CommonOptions,
  ElementOptions,
  Forward,
  Fresh,
  ParallelOptions,
  Shape,
  Taken,
  WaitOptions,
} from './step-options.js'
import type { SagaTypeError } from './type-error.js'

type BeforePivot<TPhase, TArgument> = TPhase extends 'before'
  ? TArgument
  : SagaTypeError<'steps after the pivot cannot be compensated: use .retriable()'>
type OnePivot<TPhase, TArgument> = TPhase extends 'before'
  ? TArgument
  : SagaTypeError<'a saga has at most one pivot: use .retriable()'>
type AfterPivot<TPhase, TArgument> = TPhase extends 'after'
  ? TArgument
  : SagaTypeError<'retriable steps come after the pivot: use .step() with a compensation, or add .pivot() first'>

/** A step whose failure is only recorded may have no result. */
type Value<TResult, TOptional> = TOptional extends true ? TResult | undefined : TResult

type With<TResults, TName extends string, TValue> = TResults & { readonly [N in TName]: TValue }

/** One branch of a parallel group. */
export type BranchOptions<TInput, TResults, A, TSetWise extends boolean, TInvoke extends keyof A> = CommonOptions & {
  readonly invoke: TInvoke
} & Shape<TInput, TResults, A, TSetWise, TInvoke>

/** Builds a saga step by step; each call returns a new builder. */
export interface SagaBuilder<TInput, TResults, A, TSetWise extends boolean, TPhase extends 'before' | 'after'> {
  /** The steps that follow name activities of B that are called once a lane. */
  activities<B>(): SagaBuilder<TInput, TResults, B, false, TPhase>
  /** The steps that follow name set-wise activities of B: one call for all lanes. */
  setActivities<B>(): SagaBuilder<TInput, TResults, B, true, TPhase>
  /** Before its first step a run takes its lanes with this set-wise activity; a refused lane belongs to another run. */
  owned(
    options: CallOptions & { readonly take: NamesTaking<A, true, TInput> },
  ): SagaBuilder<TInput, TResults, A, TSetWise, TPhase>
  /** An effect that exists before the saga starts, and is compensated last; adopted effects come before the steps. */
  adopted<TName extends string>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: { readonly compensate: NamesTaking<A, TSetWise, TInput>; readonly compensation?: CompensationOptions },
  ): SagaBuilder<TInput, With<TResults, TName, undefined>, A, TSetWise, TPhase>
  /** A step that can be undone, or (without `compensate`) has no effect. */
  step<TName extends string, TInvoke extends ActionsOf<A, TSetWise>, TOptional extends boolean = false>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: BranchOptions<TInput, TResults, A, TSetWise, TInvoke> & { readonly optional?: TOptional },
  ): SagaBuilder<TInput, With<TResults, TName, Value<ResultOf<A[TInvoke]>, TOptional>>, A, TSetWise, TPhase>
  /** A step that a lane has only where `when` says so. */
  stepWhen<TName extends string, TInvoke extends ActionsOf<A, TSetWise>>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    when: (view: StepView<TInput, TResults>) => boolean,
    options: BranchOptions<TInput, TResults, A, TSetWise, TInvoke> & { readonly optional?: boolean },
  ): SagaBuilder<TInput, With<TResults, TName, ResultOf<A[TInvoke]> | undefined>, A, TSetWise, TPhase>
  /**
   * Steps that run at the same time; siblings of one that fails are awaited, or called off, all causes are kept, the first leads.
   *
   * @throws SagaError SAGA_NO_STEPS when the group is empty.
   */
  parallel<TBranches extends { readonly [N in string]: ActionsOf<A, TSetWise> }>(
    branches: BeforePivot<
      TPhase,
      {
        readonly [N in keyof TBranches]: N extends keyof TResults & string
          ? Taken<N>
          : BranchOptions<TInput, TResults, A, TSetWise, TBranches[N]>
      }
    >,
    options?: ParallelOptions,
  ): SagaBuilder<TInput, TResults & { readonly [N in keyof TBranches]: ResultOf<A[TBranches[N]]> }, A, TSetWise, TPhase>
  /** One call, one compensation and one key for each element of a list; its result is the list of their results. */
  forEach<TName extends string, TItem, TInvoke extends ActionsOf<A, TSetWise>>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: ElementOptions<TInput, TResults, TItem, A, TSetWise, TInvoke>,
  ): SagaBuilder<TInput, With<TResults, TName, readonly ResultOf<A[TInvoke]>[]>, A, TSetWise, TPhase>
  /** Waits for a message to this lane, for a person's approval or another system's answer; its result is the message's value. */
  wait<TName extends string, TValue>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: WaitOptions<TInput, TResults, TValue, A, TSetWise>,
  ): SagaBuilder<TInput, With<TResults, TName, TValue>, A, TSetWise, TPhase>
  /** A wait that a lane has only where `when` says so. */
  waitWhen<TName extends string, TValue>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    when: (view: StepView<TInput, TResults>) => boolean,
    options: WaitOptions<TInput, TResults, TValue, A, TSetWise>,
  ): SagaBuilder<TInput, With<TResults, TName, TValue | undefined>, A, TSetWise, TPhase>
  /** A saga of its own, in a child workflow; the parent undoes it when it rolls back. */
  child<TName extends string, TChildInput, TChildResults>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    saga: SagaDefinition<TChildInput, TChildResults>,
    options: ChildOptions<TInput, TResults, TChildInput>,
  ): SagaBuilder<TInput, With<TResults, TName, TChildResults>, A, TSetWise, TPhase>
  /** The go or no-go: refused, everything before is undone; done, nothing ever is. */
  pivot<TName extends string, TInvoke extends ActionsOf<A, TSetWise>>(
    name: OnePivot<TPhase, Fresh<TName, TResults>>,
    options: Forward<TInput, TResults, A, TInvoke>,
  ): SagaBuilder<TInput, With<TResults, TName, ResultOf<A[TInvoke]>>, A, TSetWise, 'after'>
  /** A pivot that waits: paid, or the time is up. `decide` is wanted, since nothing can be undone after a wrong guess. */
  waitingPivot<TName extends string, TValue>(
    name: OnePivot<TPhase, Fresh<TName, TResults>>,
    options: WaitOptions<TInput, TResults, TValue, A, TSetWise>,
  ): SagaBuilder<TInput, With<TResults, TName, TValue>, A, TSetWise, 'after'>
  /** A step after the pivot: it is tried until it is done, or parks the lane. `when` may leave it out. */
  retriable<TName extends string, TInvoke extends ActionsOf<A, TSetWise>>(
    name: AfterPivot<TPhase, Fresh<TName, TResults>>,
    options: Forward<TInput, TResults, A, TInvoke> & { readonly when?: (view: StepView<TInput, TResults>) => boolean },
  ): SagaBuilder<TInput, With<TResults, TName, ResultOf<A[TInvoke]> | undefined>, A, TSetWise, TPhase>
  /** @throws SagaError with what is wrong and where: names, phases, versions, times and retries. */
  build(): SagaDefinition<TInput, TResults>
}
