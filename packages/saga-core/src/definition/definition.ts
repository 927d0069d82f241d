/** The view of a lane from which a step makes its argument. */
export interface StepView<TInput, TResults> {
  readonly input: TInput
  /** The results of the earlier steps. */
  readonly results: TResults
  /** The lane's key. */
  readonly key: string
}

/** A view with an element of a list step. */
export interface ElementView<TInput, TResults, TItem> extends StepView<TInput, TResults> {
  readonly item: TItem
}

/** A view of any types, which the engine passes to the definition's functions. */
export type AnyView = ElementView<unknown, Record<string, unknown>, unknown>

/** Times and retries of a call; all times in milliseconds. */
export interface CallPolicy {
  /** The time limit of one attempt. */
  readonly startToCloseMs: number
  readonly retry: RetryPolicy
}

/** Retries of a call: the pauses between its attempts, in milliseconds, and their number. */
export interface RetryPolicy {
  /** The first pause. */
  readonly initialMs: number
  /** The factor by which each pause exceeds the one before. */
  readonly factor: number
  /** The longest pause. */
  readonly maximumMs: number
  /** The number of attempts; 0 is without limit. */
  readonly attempts: number
}

/** The name of an activity, and its call: set-wise or per lane, its times and retries. */
export interface ActivityReference {
  readonly activity: string
  readonly setWise: boolean
  readonly policy: CallPolicy
}

/**
 * The treatment of a step that may have happened: it is compensated, its lane parks for an operator, or the `verify` activity answers
 * for it.
 */
export type OnUnknown = 'compensate' | 'park' | 'verify'

/** A step's list: one call, one compensation and one key for each element. */
export interface ElementsDefinition {
  readonly items: (view: AnyView) => readonly unknown[]
  readonly key: (item: unknown) => string
}

/** A step that waits for a message. */
export interface WaitDefinition {
  /** Checks a message's value, and returns the step's result; a message that fails it is not taken. */
  readonly message?: InputSchema<unknown>
  /** The end of the wait in epoch milliseconds; absent: the lane waits until a message comes. */
  readonly deadline?: (view: AnyView, startedAt: number) => number
  /** Milliseconds from when the lane begins to wait, in place of `deadline`. */
  readonly withinMs?: number | ((view: AnyView) => number)
  /** The answer at the deadline: a refusal, or this value; `decide` comes before it. */
  readonly onDeadline: 'refuse' | { readonly value: unknown }
  /** The activity that a message, the deadline or a cancel asks for the answer. */
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
  /** `cancel`: its failure calls off the other steps of its group; absent: they are awaited. */
  readonly onFailure?: 'cancel'
  readonly invoke?: ActivityReference
  readonly compensate?: ActivityReference
  /** The time until an unconfirmed compensation is stuck, in milliseconds; absent: a day. */
  readonly confirmWithinMs?: number
  readonly verify?: ActivityReference
  readonly wait?: WaitDefinition
  readonly child?: ChildDefinition
  readonly elements?: ElementsDefinition
  /** Checks what its activity returned, and what an operator's `resolve` gives; returns the step's result. */
  readonly result?: InputSchema<unknown>
  readonly onUnknown: OnUnknown
  /** Its stuck compensation does not hold up the earlier ones. */
  readonly independent: boolean
  /** Its failure is recorded, and the lane goes on. */
  readonly optional: boolean
  /** Returns the argument of its activity; absent: the lane's input. */
  readonly arg?: (view: AnyView) => unknown
  /** Reports whether a lane has the step; absent: every lane has it. */
  readonly when?: (view: AnyView) => boolean
  /** The definition's version from which on runs have this step. */
  readonly since?: number
  /** The definition's version from which on runs no longer have it. */
  readonly until?: number
}

/** A synchronous Standard Schema (standardschema.dev): it checks a value and returns the one to use, which must be JSON. */
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
  /** Never set: it carries the types. */
  readonly types?: { readonly input: TInput; readonly results: TResults }
}

/** Times and retries of one call, in a definition. */
export interface CallOptions {
  /** The time limit of one attempt, in milliseconds. Default 15,000. */
  readonly startToCloseMs?: number
  readonly retry?: Partial<RetryPolicy>
}

/** Times and retries of a compensation. */
export interface CompensationOptions extends CallOptions {
  /** The time until the lane of a compensation that answers `pending` parks, in milliseconds. Default a day. */
  readonly confirmWithinMs?: number
}

const forward: RetryPolicy = { initialMs: 100, factor: 2, maximumMs: 5_000, attempts: 10 }
/** Ends after about a quarter of an hour, and parks the lane. */
const backward: RetryPolicy = { initialMs: 100, factor: 2, maximumMs: 10_000, attempts: 95 }
const persistent: RetryPolicy = { ...forward, attempts: 0 }

/** The default retries of actions, of compensations, and of calls without an end. */
export const defaultRetry = { forward, backward, persistent } as const

/** A call's policy with its defaults; an `initialMs` or `maximumMs` alone moves the other default, so that initialMs <= maximumMs. */
export function toPolicy({ startToCloseMs = 15_000, retry = {} }: CallOptions = {}, usual: RetryPolicy): CallPolicy {
  const { factor = usual.factor, attempts = usual.attempts } = retry
  const { initialMs = Math.min(usual.initialMs, retry.maximumMs ?? usual.maximumMs) } = retry
  const { maximumMs = Math.max(usual.maximumMs, initialMs) } = retry
  return { startToCloseMs, retry: { initialMs, factor, maximumMs, attempts } }
}
