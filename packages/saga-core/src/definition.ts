import type { CallPolicy, RetryPolicy } from './runtime.js'

/** What a step may look at when it shapes its argument. */
export interface StepView<TInput, TResults> {
  readonly input: TInput
  /** The results of the earlier steps. */
  readonly results: TResults
  /** The lane's key. */
  readonly key: string
}

/** An activity by name, and how it is called: once for all lanes, or once a lane. */
export interface ActivityReference {
  readonly activity: string
  readonly setWise: boolean
  readonly policy: CallPolicy
}

/** What happens to a lane whose step may or may not have happened. */
export type OnUnknown = 'compensate' | 'park'

/** One step as data. */
export interface StepDefinition {
  readonly kind: 'adopted' | 'compensatable' | 'pivot' | 'retriable'
  readonly name: string
  readonly invoke?: ActivityReference
  readonly compensate?: ActivityReference
  readonly onUnknown: OnUnknown
  /** Its stuck compensation does not hold up the earlier ones. */
  readonly independent: boolean
  readonly arg?: (view: StepView<unknown, Record<string, unknown>>) => unknown
}

/** A saga as data: frozen, printable, and the same in every runtime. */
export interface SagaDefinition<TInput = unknown, TResults = unknown> {
  readonly name: string
  readonly version: number
  readonly key: (input: TInput) => string
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

const forward: RetryPolicy = { initialMs: 100, factor: 2, maximumMs: 5_000, attempts: 10 }
/** About a quarter of an hour, then the lane parks. */
const backward: RetryPolicy = { initialMs: 100, factor: 2, maximumMs: 10_000, attempts: 95 }
const persistent: RetryPolicy = { ...forward, attempts: 0 }

/** The policies calls have where their definition says nothing. */
export const defaultRetry = { forward, backward, persistent } as const

/** Fills a call's options up. */
export const toPolicy = (options: CallOptions | undefined, retry: RetryPolicy): CallPolicy => ({
  startToCloseMs: options?.startToCloseMs ?? 15_000,
  retry: { ...retry, ...options?.retry },
})
