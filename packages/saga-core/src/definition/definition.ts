import type { CallPolicy, RetryPolicy } from '../engine/runtime.js'

/** What a step may look at when it shapes its argument. */
export interface StepView<TInput, TResults> {
  readonly input: TInput
  /** The results of the earlier steps. */
  readonly results: TResults
  /** The lane's key. */
  readonly key: string
}

/** A view with the element of a list step. */
export interface ElementView<TInput, TResults, TItem> extends StepView<TInput, TResults> {
  readonly item: TItem
}

/** A view with its types let go, as the engine passes it. */
export type AnyView = ElementView<unknown, Record<string, unknown>, unknown>

/** An activity by name, and how it is called: once for all lanes, or once a lane. */
export interface ActivityReference {
  readonly activity: string
  readonly setWise: boolean
  readonly policy: CallPolicy
}

/**
 * What happens to a lane whose step may or may not have happened: it is undone, it parks for an operator, or a given activity is
 * asked whether it happened.
 */
export type OnUnknown = 'compensate' | 'park' | 'verify'

/** A step's list: one call, one compensation and one key for each element. */
export interface ElementsDefinition {
  readonly items: (view: AnyView) => readonly unknown[]
  readonly key: (item: unknown) => string
}

/** A step that waits for a message. */
export interface WaitDefinition {
  /** Checks a message's value, and makes the result of it; one that fails it is not taken. */
  readonly message?: InputSchema<unknown>
  /** Epoch milliseconds after which nobody waits any more; absent: for ever. */
  readonly deadline?: (view: AnyView, startedAt: number) => number
  /** What the deadline means: a refusal, or this value. Ignored where `decide` answers. */
  readonly onDeadline: 'refuse' | { readonly value: unknown }
  /** Messages and timers are hints; this activity's answer moves the lane. */
  readonly decide?: ActivityReference
}

/** A step that is a saga of its own, run as a child workflow. */
export interface ChildDefinition {
  /** The workflow type that runs the child saga. */
  readonly workflow: string
}

/** One step as data. */
export interface StepDefinition {
  readonly kind: 'adopted' | 'compensatable' | 'pivot' | 'retriable'
  readonly name: string
  /** Steps of one group stand next to each other and run at the same time. */
  readonly group?: string
  /** What its failure does to the other steps of its group; absent: nothing, they are awaited. */
  readonly onFailure?: 'cancel'
  readonly invoke?: ActivityReference
  readonly compensate?: ActivityReference
  /** How long its compensation may stay unconfirmed before it is stuck, in milliseconds; absent: a day. */
  readonly confirmWithinMs?: number
  readonly verify?: ActivityReference
  readonly wait?: WaitDefinition
  readonly child?: ChildDefinition
  readonly elements?: ElementsDefinition
  readonly onUnknown: OnUnknown
  /** Its stuck compensation does not hold up the earlier ones. */
  readonly independent: boolean
  /** Its failure is recorded, and the lane goes on. */
  readonly optional: boolean
  /** Makes the argument of its activity; absent: the lane's input. */
  readonly arg?: (view: AnyView) => unknown
  /** Whether a lane has the step; absent: each has. */
  readonly when?: (view: AnyView) => boolean
  /** The definition's version from which on runs have this step. */
  readonly since?: number
  /** The definition's version from which on runs no longer have it. */
  readonly until?: number
}

/** Checks a value, types it, and may make another one of it, as JSON can carry it. Any Standard Schema (standardschema.dev) that answers synchronously fits. */
export interface InputSchema<TInput> {
  readonly '~standard': {
    readonly validate: (
      value: unknown,
    ) =>
      | { readonly value: TInput; readonly issues?: undefined }
      | { readonly issues: readonly { readonly message: string }[] }
      | Promise<unknown>
  }
}

/** A saga as data: frozen, printable, and the same in every runtime. */
export interface SagaDefinition<TInput = unknown, TResults = unknown> {
  readonly name: string
  readonly version: number
  /** A lane's key. */
  readonly key: (input: TInput) => string
  readonly schema?: InputSchema<TInput>
  /** Epoch milliseconds after which a lane that has not passed its pivot rolls back. */
  readonly deadline?: (input: TInput, startedAt: number) => number
  readonly compensation: 'sequential' | 'parallel'
  readonly owner?: ActivityReference
  readonly steps: readonly StepDefinition[]
  /** Never set; carries the types. */
  readonly types?: { readonly input: TInput; readonly results: TResults }
}

/** Times and retries of one call, as a definition gives them. */
export interface CallOptions {
  /** The longest one attempt may take, in milliseconds. Default 15,000. */
  readonly startToCloseMs?: number
  readonly retry?: Partial<RetryPolicy>
}

/** Times and retries of a compensation. */
export interface CompensationOptions extends CallOptions {
  /**
   * How long the compensation may answer that it is pending, asked for and not confirmed yet, before its lane parks, in milliseconds.
   * Default a day.
   */
  readonly confirmWithinMs?: number
}

const forward: RetryPolicy = { initialMs: 100, factor: 2, maximumMs: 5_000, attempts: 10 }
/** About a quarter of an hour, then the lane parks. */
const backward: RetryPolicy = { initialMs: 100, factor: 2, maximumMs: 10_000, attempts: 95 }
const persistent: RetryPolicy = { ...forward, attempts: 0 }

/** The policies calls have where their definition says nothing. */
export const defaultRetry = { forward, backward, persistent } as const

/** Fills a call's options up; one pause that is given alone moves the other one, so that the first is never the longest. */
export function toPolicy({ startToCloseMs = 15_000, retry = {} }: CallOptions = {}, usual: RetryPolicy): CallPolicy {
  const { factor = usual.factor, attempts = usual.attempts } = retry
  const { initialMs = Math.min(usual.initialMs, retry.maximumMs ?? usual.maximumMs) } = retry
  const { maximumMs = Math.max(usual.maximumMs, initialMs) } = retry
  return { startToCloseMs, retry: { initialMs, factor, maximumMs, attempts } }
}
