import type { ActionsOf, NamesTaking, ResultOf, Undoing } from './activity-types.js'
import type { CallOptions, CompensationOptions, SagaDefinition, StepView } from './definition.js'
import type {
  ChildOptions,
  CommonOptions,
  ElementOptions,
  Forward,
  Fresh,
  ParallelOptions,
  Shape,
  ShapedElementOptions,
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

/** The result of a step; `undefined` too if it is optional. */
type Value<TResult, TOptional> = TOptional extends true ? TResult | undefined : TResult

type With<TResults, TName extends string, TValue> = TResults & { readonly [N in TName]: TValue }

/** One branch of a parallel group. */
export type BranchOptions<TInput, TResults, A, TSetWise extends boolean, TInvoke extends keyof A> = CommonOptions & {
  readonly invoke: TInvoke
} & Shape<TInput, TResults, A, TSetWise, TInvoke>

/**
 * A builder of a saga; each call returns a new builder with one more step.
 *
 * @example
 * interface Tour {
 *   readonly id: string
 *   readonly guests: readonly string[]
 * }
 * interface TourActivities {
 *   hireBus(tour: Tour): Promise<void>
 *   returnBus(tour: Tour): Promise<void>
 *   invite(guest: string): Promise<void>
 *   uninvite(guest: string): Promise<void>
 *   pay(tour: Tour): Promise<void>
 *   sendTickets(tour: Tour): Promise<void>
 * }
 * const undoable = { onUnknown: 'compensate' } as const
 * const tourSaga = saga<Tour>('tour', { key: (tour) => tour.id })
 *   .activities<TourActivities>()
 *   .step('bus', { invoke: 'hireBus', compensate: 'returnBus', ...undoable })
 *   .forEach('guests', {
 *     items: ({ input }) => input.guests,
 *     key: (guest) => guest,
 *     invoke: 'invite',
 *     compensate: 'uninvite',
 *     ...undoable,
 *   })
 *   .wait('approval', { message: typed<{ readonly by: string }>() })
 *   .pivot('payment', { invoke: 'pay' })
 *   .retriable('tickets', { invoke: 'sendTickets' })
 *   .build()
 */
export interface SagaBuilder<TInput, TResults, A, TSetWise extends boolean, TPhase extends 'before' | 'after'> {
  /** Types the steps that follow: they name activities of B that are called once a lane. */
  activities<B>(): SagaBuilder<TInput, TResults, B, false, TPhase>
  /** Types the steps that follow: they name set-wise activities of B, called once for all lanes. */
  setActivities<B>(): SagaBuilder<TInput, TResults, B, true, TPhase>
  /** Has a run take its lanes with this set-wise activity before the first step; a refused lane ends `duplicate`, owned by another run. */
  owned(
    options: CallOptions & { readonly take: NamesTaking<A, true, TInput> },
  ): SagaBuilder<TInput, TResults, A, TSetWise, TPhase>
  /** Adds an effect that exists before the saga starts, and is compensated last; adopted effects come before the steps. */
  adopted<TName extends string>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: { readonly compensate: Undoing<A, TSetWise, TInput>; readonly compensation?: CompensationOptions },
  ): SagaBuilder<TInput, With<TResults, TName, undefined>, A, TSetWise, TPhase>
  /** Adds a step that can be compensated, or (without `compensate`) has no effect. */
  step<TName extends string, TInvoke extends ActionsOf<A, TSetWise>, TOptional extends boolean = false>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: BranchOptions<TInput, TResults, A, TSetWise, TInvoke> & { readonly optional?: TOptional },
  ): SagaBuilder<TInput, With<TResults, TName, Value<ResultOf<A[TInvoke]>, TOptional>>, A, TSetWise, TPhase>
  /** Adds a step that a lane has only if `when` returns `true`. */
  stepWhen<TName extends string, TInvoke extends ActionsOf<A, TSetWise>>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    when: (view: StepView<TInput, TResults>) => boolean,
    options: BranchOptions<TInput, TResults, A, TSetWise, TInvoke> & { readonly optional?: boolean },
  ): SagaBuilder<TInput, With<TResults, TName, ResultOf<A[TInvoke]> | undefined>, A, TSetWise, TPhase>
  /**
   * Adds steps that run at the same time. When one fails, the others are awaited or called off; the first failure is the cause, with the
   * others in `others`.
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
  /** Adds a list step: one call, one compensation and one key for each element; its result is the list of their results. */
  forEach<TName extends string, TInvoke extends ActionsOf<A, TSetWise>>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: ElementOptions<TInput, TResults, A, TSetWise, TInvoke>,
  ): SagaBuilder<TInput, With<TResults, TName, readonly ResultOf<A[TInvoke]>[]>, A, TSetWise, TPhase>
  /** Adds a list step with an argument made of each element. */
  forEach<TName extends string, TItem, TInvoke extends ActionsOf<A, TSetWise>>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: ShapedElementOptions<TInput, TResults, TItem, A, TSetWise, TInvoke>,
  ): SagaBuilder<TInput, With<TResults, TName, readonly ResultOf<A[TInvoke]>[]>, A, TSetWise, TPhase>
  /** Adds a wait for a message to the lane, as a person's approval or another system's answer; its result is the message's value. */
  wait<TName extends string, TValue>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: WaitOptions<TInput, TResults, TValue, A, TSetWise>,
  ): SagaBuilder<TInput, With<TResults, TName, TValue>, A, TSetWise, TPhase>
  /** Adds a wait that a lane has only if `when` returns `true`. */
  waitWhen<TName extends string, TValue>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    when: (view: StepView<TInput, TResults>) => boolean,
    options: WaitOptions<TInput, TResults, TValue, A, TSetWise>,
  ): SagaBuilder<TInput, With<TResults, TName, TValue | undefined>, A, TSetWise, TPhase>
  /** Adds a saga of its own as a step, in a child workflow; the parent undoes it when it rolls back. */
  child<TName extends string, TChildInput, TChildResults>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    saga: SagaDefinition<TChildInput, TChildResults>,
    options: ChildOptions<TInput, TResults, TChildInput>,
  ): SagaBuilder<TInput, With<TResults, TName, TChildResults>, A, TSetWise, TPhase>
  /** Adds the pivot: if it is refused, the steps before it are compensated; once it is done, no step is. */
  pivot<TName extends string, TInvoke extends ActionsOf<A, TSetWise>>(
    name: OnePivot<TPhase, Fresh<TName, TResults>>,
    options: Forward<TInput, TResults, A, TInvoke>,
  ): SagaBuilder<TInput, With<TResults, TName, ResultOf<A[TInvoke]>>, A, TSetWise, 'after'>
  /** Adds a pivot that waits for a message, as of a payment. Give `decide`: no step is compensated after a wrong answer. */
  waitingPivot<TName extends string, TValue>(
    name: OnePivot<TPhase, Fresh<TName, TResults>>,
    options: WaitOptions<TInput, TResults, TValue, A, TSetWise>,
  ): SagaBuilder<TInput, With<TResults, TName, TValue>, A, TSetWise, 'after'>
  /** Adds a step after the pivot: it is retried until it is done, or parks the lane. `when` may leave it out. */
  retriable<TName extends string, TInvoke extends ActionsOf<A, TSetWise>>(
    name: AfterPivot<TPhase, Fresh<TName, TResults>>,
    options: Forward<TInput, TResults, A, TInvoke> & { readonly when?: (view: StepView<TInput, TResults>) => boolean },
  ): SagaBuilder<TInput, With<TResults, TName, ResultOf<A[TInvoke]> | undefined>, A, TSetWise, TPhase>
  /**
   * Checks the definition, and freezes it all the way down, except schemas.
   *
   * @throws SagaError SAGA_EMPTY_NAME, SAGA_NAME_TOO_LONG, SAGA_NAME_CHARACTER, SAGA_DUPLICATE_STEP, SAGA_NO_STEPS, SAGA_PHASE_ORDER,
   * SAGA_CALL_OPTIONS, SAGA_VERSION
   */
  build(): SagaDefinition<TInput, TResults>
}
