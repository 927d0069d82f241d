import type { Client } from '@temporalio/client'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { SagaAttribute } from '../wire/run-memo.js'
import { sizeLimits } from '../wire/size-limits.js'
import { type AtMost, atMost } from './at-most.js'
import { registeredAttributes } from './search-attributes.js'

/** How a saga client does its work. */
export interface SagaClientOptions {
  /** The most lanes a run is started with. Default 1,000, at most 2,000. */
  readonly maxLanes?: number
  /** Which search attributes runs have: those the namespace has (the default), or none. */
  readonly searchAttributes?: 'registered' | 'none'
  /** How long an operator's word or a question to a run may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
}

/** What the parts of a saga client have in common. */
export interface ClientContext {
  readonly client: Client
  readonly maxLanes: number
  readonly timeoutMs: number
  attributes(): Promise<readonly SagaAttribute[]>
  /** Forgets which attributes there are: the next start asks again. */
  refreshAttributes(): void
  /** Updates of one run, at most 4 at once: above 10 in flight Temporal serves a twentieth of them. */
  updates(workflowId: string): AtMost
}

const updatesAtOnce = 4

/** @throws SagaError SAGA_TOO_MANY_LANES when `maxLanes` is more than a run can have. */
export function newContext(client: Client, options: SagaClientOptions): ClientContext {
  const { maxLanes = sizeLimits.lanes, searchAttributes = 'registered', timeoutMs = 30_000 } = options
  if (maxLanes > sizeLimits.mostLanes) {
    const message = `maxLanes is ${maxLanes}: a run has at most ${sizeLimits.mostLanes} lanes`
    throw new SagaError(SagaErrorCode.TooManyLanes, message)
  }
  let attributes: Promise<readonly SagaAttribute[]> | undefined
  const limits = new Map<string, ReturnType<typeof atMost>>()
  return {
    client,
    maxLanes,
    timeoutMs,
    attributes() {
      if (searchAttributes === 'none') return Promise.resolve([])
      attributes ??= registeredAttributes(client).catch((error: unknown) => {
        attributes = undefined
        throw error
      })
      return attributes
    },
    refreshAttributes() {
      attributes = undefined
    },
    updates(workflowId) {
      const limit = limits.get(workflowId) ?? atMost(updatesAtOnce)
      limits.set(workflowId, limit)
      return async (work) => {
        try {
          return await limit(work)
        } finally {
          if (limit.idle()) limits.delete(workflowId)
        }
      }
    },
  }
}
