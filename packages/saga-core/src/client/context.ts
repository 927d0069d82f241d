import type { Client } from '@temporalio/client'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { SagaAttribute } from '../wire/run-memo.js'
import { sizeLimits } from '../wire/size-limits.js'
import { type AtMost, atMost } from './at-most.js'
import { registeredAttributes } from './search-attributes.js'

/** Limits and settings of a saga client. */
export interface SagaClientOptions {
  /** The largest number of lanes of a run. Default 1,000, at most 2,000. */
  readonly maxLanes?: number
  /** The search attributes that a run is started with: those registered in the namespace (the default), or none. */
  readonly searchAttributes?: 'registered' | 'none'
  /** The time limit of an update, a query, a signal or a cancellation request, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
}

/** The connection and limits that the parts of a saga client work with. */
export interface ClientContext {
  readonly client: Client
  readonly maxLanes: number
  readonly timeoutMs: number
  attributes(): Promise<readonly SagaAttribute[]>
  /** Forgets the registered attributes: the next start asks the server for them. */
  refreshAttributes(): void
  /** Bounds the updates of one run to 4 in flight: above 10 Temporal serves a twentieth of them. */
  updates(workflowId: string): AtMost
}

const updatesAtOnce = 4

/** @throws SagaError SAGA_TOO_MANY_LANES when `maxLanes` is more than a run can have. */
export function newContext(client: Client, options: SagaClientOptions): ClientContext {
  const { maxLanes = sizeLimits.lanes, searchAttributes = 'registered', timeoutMs = 30_000 } = options
  if (maxLanes > sizeLimits.mostLanes) {
    const message = `maxLanes is ${maxLanes}, but a run has at most ${sizeLimits.mostLanes} lanes: lower it`
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
