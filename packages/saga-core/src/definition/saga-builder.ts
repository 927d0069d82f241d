import { SagaError, SagaErrorCode } from '../saga-error.js'
import { keySeparator } from '../wire/names.js'
import { checkDefinition } from './check-definition.js'
import {
  type AnyView,
  type CallOptions,
  type CompensationOptions,
  defaultRetry,
  type InputSchema,
  type OnUnknown,
  type RetryPolicy,
  type SagaDefinition,
  type StepDefinition,
  toPolicy,
} from './definition.js'
import type { ParallelOptions } from './step-options.js'

/** The options of any step, untyped. */
interface RawOptions extends CallOptions {
  readonly invoke?: string
  readonly compensate?: string
  readonly verify?: string
  readonly onUnknown?: OnUnknown
  readonly independent?: boolean
  readonly optional?: boolean
  readonly compensation?: CompensationOptions
  readonly arg?: (view: AnyView) => unknown
  readonly when?: (view: AnyView) => boolean
  readonly items?: (view: AnyView) => readonly unknown[]
  readonly key?: (item: unknown) => string
  readonly result?: InputSchema<unknown>
  readonly since?: number
  readonly until?: number
}

interface RawWait {
  readonly message: InputSchema<unknown>
  readonly deadline?: (view: AnyView, startedAt: number) => number
  readonly withinMs?: number | ((view: AnyView) => number)
  readonly onDeadline?: 'refuse' | { readonly value: unknown }
  readonly decide?: string
  readonly decision?: CallOptions
  readonly when?: (view: AnyView) => boolean
  readonly since?: number
  readonly until?: number
}

interface RawChild {
  readonly workflow: string
  readonly arg: (view: AnyView) => unknown
  readonly since?: number
  readonly until?: number
}

/** The untyped builder: every call returns a builder with one more step in its draft. */
export function builder(draft: SagaDefinition, setWise: boolean) {
  const withSteps = (...steps: readonly StepDefinition[]) =>
    builder({ ...draft, steps: [...draft.steps, ...steps] }, setWise)
  const add = (kind: StepDefinition['kind'], retry: RetryPolicy) => (name: string, options: RawOptions) =>
    withSteps(toStep(kind, name, options, setWise, retry))
  return {
    activities: () => builder(draft, false),
    setActivities: () => builder(draft, true),
    owned: (options: CallOptions & { readonly take: string }) => {
      const owner = { activity: options.take, setWise: true, policy: toPolicy(options, defaultRetry.persistent) }
      return builder({ ...draft, owner }, setWise)
    },
    adopted: add('adopted', defaultRetry.forward),
    step: add('compensatable', defaultRetry.forward),
    stepWhen: (name: string, when: (view: AnyView) => boolean, options: RawOptions) =>
      withSteps(toStep('compensatable', name, { ...options, when }, setWise, defaultRetry.forward)),
    forEach: add('compensatable', defaultRetry.forward),
    pivot: add('pivot', defaultRetry.persistent),
    retriable: add('retriable', defaultRetry.backward),
    parallel: (branches: Readonly<Record<string, RawOptions>>, { onFailure = 'await' }: ParallelOptions = {}) => {
      const names = Object.keys(branches)
      if (names.length === 0) throw emptyGroup(draft)
      if (!['await', 'cancel'].includes(onFailure)) throw unknownOnFailure(draft, names, onFailure)
      const group = names.join(keySeparator)
      const make = (name: string) =>
        Object.freeze({
          ...toStep('compensatable', name, branches[name] as RawOptions, setWise, defaultRetry.forward),
          group,
          ...(onFailure === 'cancel' && { onFailure }),
        })
      return withSteps(...names.map(make))
    },
    wait: (name: string, options: RawWait) => withSteps(toWait('compensatable', name, options, setWise)),
    waitWhen: (name: string, when: (view: AnyView) => boolean, options: RawWait) =>
      withSteps(toWait('compensatable', name, { ...options, when }, setWise)),
    waitingPivot: (name: string, options: RawWait) => withSteps(toWait('pivot', name, options, setWise)),
    child: (name: string, _saga: SagaDefinition, { workflow, arg, ...versions }: RawChild) =>
      withSteps(
        Object.freeze({
          ...plain('compensatable', name),
          onUnknown: 'compensate',
          child: { workflow },
          arg,
          ...inVersions(versions),
        }),
      ),
    build: () => checkDefinition(draft),
  }
}

function emptyGroup({ name, steps }: SagaDefinition): SagaError {
  const before = steps.at(-1)
  const place = before ? `after "${before.name}"` : 'at its beginning'
  const message = `saga "${name}" has a parallel group without a step, ${place}: give it a step, or leave it out`
  return new SagaError(SagaErrorCode.NoSteps, message)
}

function unknownOnFailure({ name }: SagaDefinition, group: readonly string[], onFailure: unknown): SagaError {
  const of = `the group of ${group.map((step) => `"${step}"`).join(', ')} in saga "${name}"`
  const message = `${of}: onFailure is ${JSON.stringify(onFailure)}; give it "await" or "cancel"`
  return new SagaError(SagaErrorCode.CallOptions, message)
}

function plain(kind: StepDefinition['kind'], name: string) {
  return { kind, name, independent: false, optional: false } as const
}

/** The fields `since` and `until` of a step, if it has them. */
function inVersions({ since, until }: { readonly since?: number; readonly until?: number }) {
  return {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
}

function toStep(
  kind: StepDefinition['kind'],
  name: string,
  options: RawOptions,
  setWise: boolean,
  retry: RetryPolicy,
): StepDefinition {
  const {
    invoke,
    compensate,
    verify,
    compensation,
    items,
    key,
    onUnknown,
    independent = false,
    optional = false,
  } = options
  const { arg, when, result } = options
  return Object.freeze({
    kind,
    name,
    onUnknown: onUnknown ?? (kind === 'compensatable' ? 'compensate' : 'park'),
    independent,
    optional,
    ...(invoke !== undefined && { invoke: { activity: invoke, setWise, policy: toPolicy(options, retry) } }),
    ...(compensate !== undefined && {
      compensate: { activity: compensate, setWise, policy: toPolicy(compensation, defaultRetry.backward) },
    }),
    ...(compensation?.confirmWithinMs !== undefined && { confirmWithinMs: compensation.confirmWithinMs }),
    ...(verify !== undefined && { verify: { activity: verify, setWise, policy: toPolicy(options, retry) } }),
    ...(items && key && { elements: { items, key } }),
    ...(result && { result }),
    ...(arg && { arg }),
    ...(when && { when }),
    ...inVersions(options),
  })
}

function toWait(kind: 'compensatable' | 'pivot', name: string, options: RawWait, setWise: boolean): StepDefinition {
  const { message, deadline, withinMs, onDeadline = 'refuse', decide, decision, when } = options
  return Object.freeze({
    ...plain(kind, name),
    onUnknown: 'park',
    wait: {
      message,
      onDeadline,
      ...(deadline && { deadline }),
      ...(withinMs !== undefined && { withinMs }),
      ...(decide !== undefined && {
        decide: { activity: decide, setWise, policy: toPolicy(decision, defaultRetry.persistent) },
      }),
    },
    ...(when && { when }),
    ...inVersions(options),
  })
}
