import type { ArgOf, NamesOf, ResultOf } from './activity-types.js'
import { checkDefinition } from './check-definition.js'
import {
  type CallOptions,
  defaultRetry,
  type OnUnknown,
  type SagaDefinition,
  type StepDefinition,
  type StepView,
  toPolicy,
} from './definition.js'
import type { RetryPolicy } from './runtime.js'
import type { SagaTypeError } from './type-error.js'

/** What a saga is made of besides its steps. */
export interface SagaOptions<TInput> {
  /** The lane's key: names one business thing for ever, at most 96 bytes. */
  readonly key: (input: TInput) => string
  readonly version?: number
}

type Shape<TInput, TResults, TArg> = [TInput] extends [TArg]
  ? { readonly arg?: (view: StepView<TInput, TResults>) => TArg }
  : { readonly arg: (view: StepView<TInput, TResults>) => TArg }

type Undo<TName> =
  | {
      readonly compensate: TName
      /** What to do when the step may have happened: undo it, which needs a barrier or an idempotent undo, or park the lane. */
      readonly onUnknown: OnUnknown
      readonly compensation?: CallOptions
      /** Its stuck compensation does not hold up the earlier ones. */
      readonly independent?: boolean
    }
  | {
      readonly compensate?: never
      readonly onUnknown?: 'park'
      readonly compensation?: never
      readonly independent?: never
    }

type Fresh<TName extends string, TResults> = TName extends keyof TResults
  ? SagaTypeError<`this saga has a step named ${TName} already`>
  : TName

type BeforePivot<TPhase, TArgument> = TPhase extends 'before'
  ? TArgument
  : SagaTypeError<'steps after the pivot cannot be compensated: use .retriable()'>
type OnePivot<TPhase, TArgument> = TPhase extends 'before'
  ? TArgument
  : SagaTypeError<'a saga has at most one pivot: use .retriable()'>
type AfterPivot<TPhase, TArgument> = TPhase extends 'after'
  ? TArgument
  : SagaTypeError<'retriable steps come after the pivot: use .step() with a compensation, or add .pivot() first'>

/** A step's options: what it calls, and how. */
export type StepOptions<TInput, TResults, TActivities, TInvoke> = CallOptions & {
  readonly invoke: TInvoke
} & Shape<TInput, TResults, TInvoke extends keyof TActivities ? ArgOf<TActivities[TInvoke]> : never>

type WithResult<TResults, TName extends string, TActivities, TInvoke> = TResults & {
  readonly [N in TName]: TInvoke extends keyof TActivities ? ResultOf<TActivities[TInvoke]> : never
}

/** Builds a saga step by step; each call returns a new builder. */
export interface SagaBuilder<
  TInput,
  TResults,
  TActivities,
  TSetWise extends boolean,
  TPhase extends 'before' | 'after',
> {
  /** The steps that follow name activities of A that are called once a lane. */
  activities<A>(): SagaBuilder<TInput, TResults, A, false, TPhase>
  /** The steps that follow name set-wise activities of A: one call for all lanes. */
  setActivities<A>(): SagaBuilder<TInput, TResults, A, true, TPhase>
  /** Before its first step a run takes its lanes with this set-wise activity; a refused lane belongs to another run. */
  owned(
    options: CallOptions & { readonly take: NamesOf<TActivities, true> },
  ): SagaBuilder<TInput, TResults, TActivities, TSetWise, TPhase>
  /** An effect that exists before the saga starts, and is compensated last. */
  adopted<TName extends string>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: { readonly compensate: NamesOf<TActivities, TSetWise>; readonly compensation?: CallOptions },
  ): SagaBuilder<TInput, TResults & { readonly [N in TName]: undefined }, TActivities, TSetWise, TPhase>
  /** A step that can be undone, or (without `compensate`) has no effect. */
  step<TName extends string, TInvoke extends NamesOf<TActivities, TSetWise>>(
    name: BeforePivot<TPhase, Fresh<TName, TResults>>,
    options: StepOptions<TInput, TResults, TActivities, TInvoke> & Undo<NamesOf<TActivities, TSetWise>>,
  ): SagaBuilder<TInput, WithResult<TResults, TName, TActivities, TInvoke>, TActivities, TSetWise, TPhase>
  /** The go or no-go: refused, everything before is undone; done, nothing ever is. */
  pivot<TName extends string, TInvoke extends NamesOf<TActivities, TSetWise>>(
    name: OnePivot<TPhase, Fresh<TName, TResults>>,
    options: StepOptions<TInput, TResults, TActivities, TInvoke>,
  ): SagaBuilder<TInput, WithResult<TResults, TName, TActivities, TInvoke>, TActivities, TSetWise, 'after'>
  /** A step after the pivot: it is tried until it is done, or parks the lane. */
  retriable<TName extends string, TInvoke extends NamesOf<TActivities, TSetWise>>(
    name: AfterPivot<TPhase, Fresh<TName, TResults>>,
    options: StepOptions<TInput, TResults, TActivities, TInvoke>,
  ): SagaBuilder<TInput, WithResult<TResults, TName, TActivities, TInvoke>, TActivities, TSetWise, TPhase>
  /** @throws SagaError when names are doubled, empty or too long, or there is no step. */
  build(): SagaDefinition<TInput, TResults>
}

/**
 * Starts a saga's definition. Phases after Chris Richardson's saga pattern: compensatable steps, at most one pivot, retriable steps.
 *
 * @example
 * const trip = saga<Trip>('trip', { key: (trip) => trip.id })
 *   .activities<TripActivities>()
 *   .step('flight', { invoke: 'bookFlight', compensate: 'cancelFlight', onUnknown: 'compensate' })
 *   .step('hotel', { invoke: 'bookHotel', compensate: 'cancelHotel', onUnknown: 'compensate' })
 *   .build()
 */
export function saga<TInput>(
  name: string,
  options: SagaOptions<TInput>,
): SagaBuilder<TInput, Record<never, never>, Record<never, never>, false, 'before'> {
  const start: Draft = { name, version: options.version ?? 1, key: options.key as Draft['key'], steps: [] }
  // The builder's types live in its interface only; the implementation handles every saga as data.
  return builder(start, false) as never
}

type Draft = SagaDefinition
interface RawOptions extends CallOptions {
  readonly invoke?: string
  readonly compensate?: string
  readonly onUnknown?: OnUnknown
  readonly independent?: boolean
  readonly compensation?: CallOptions
  readonly arg?: NonNullable<StepDefinition['arg']>
}

function builder(draft: Draft, setWise: boolean) {
  const add = (kind: StepDefinition['kind'], retry: RetryPolicy) => (name: string, options: RawOptions) =>
    builder({ ...draft, steps: [...draft.steps, toStep(kind, name, options, setWise, retry)] }, setWise)
  return {
    activities: () => builder(draft, false),
    setActivities: () => builder(draft, true),
    owned: (options: CallOptions & { readonly take: string }) => {
      const owner = { activity: options.take, setWise: true, policy: toPolicy(options, defaultRetry.persistent) }
      return builder({ ...draft, owner }, setWise)
    },
    adopted: add('adopted', defaultRetry.forward),
    step: add('compensatable', defaultRetry.forward),
    pivot: add('pivot', defaultRetry.persistent),
    retriable: add('retriable', defaultRetry.backward),
    build: () => checkDefinition(draft),
  }
}

function toStep(
  kind: StepDefinition['kind'],
  name: string,
  options: RawOptions,
  setWise: boolean,
  retry: RetryPolicy,
): StepDefinition {
  const { invoke, compensate, compensation, onUnknown, independent = false, arg } = options
  return Object.freeze({
    kind,
    name,
    onUnknown: onUnknown ?? (kind === 'compensatable' ? 'compensate' : 'park'),
    independent,
    ...(invoke !== undefined && { invoke: { activity: invoke, setWise, policy: toPolicy(options, retry) } }),
    ...(compensate !== undefined && {
      compensate: { activity: compensate, setWise, policy: toPolicy(compensation, defaultRetry.backward) },
    }),
    ...(arg && { arg }),
  })
}
