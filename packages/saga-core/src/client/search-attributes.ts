import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, isGrpcServiceError } from '@temporalio/client'
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { type SagaAttribute, sagaAttributes } from '../wire/run-memo.js'

/** Temporal's number for the type Keyword. */
const keyword = 2

/** gRPC's number for a request that names what is not there. */
const invalidArgument = 3

/** gRPC's numbers for what a user may not do, and what a server does not have. */
const withheld: ReadonlySet<unknown> = new Set([7, 12])

/** The namespace's own search attributes and their types; none where the caller may not ask. */
async function ownAttributes({ connection, options }: Client): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: options.namespace })
    return customAttributes
  } catch (error) {
    if (withheld.has((error as { readonly code?: unknown }).code)) return {}
    throw error
  }
}

/** The search attributes a namespace has, of those saga-core sets; one of another type than Keyword does not count. */
export async function registeredAttributes(client: Client): Promise<readonly SagaAttribute[]> {
  const own = await ownAttributes(client)
  return sagaAttributes.filter((name) => own[name] === keyword)
}

/**
 * Registers the search attributes `SagaName`, `SagaState` and `SagaStep` in the client's namespace, where it lacks them, and answers
 * which it added. Saga clients that exist already notice after `refreshAttributes()`, others at once. They are there to stay: Temporal
 * holds a run that has one up, should it be removed, until it is back.
 *
 * @throws SagaError SAGA_SEARCH_ATTRIBUTE when one of them exists with another type than Keyword.
 */
export async function registerSearchAttributes(client: Client): Promise<readonly SagaAttribute[]> {
  const own = await ownAttributes(client)
  const wrong = sagaAttributes.find((name) => own[name] !== undefined && own[name] !== keyword)
  if (wrong) {
    const message = `the search attribute ${wrong} exists with another type than Keyword: rename or remove that one`
    throw new SagaError(SagaErrorCode.SearchAttribute, message)
  }
  const missing = sagaAttributes.filter((name) => own[name] === undefined)
  if (missing.length === 0) return []
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]))
  await client.connection.operatorService.addSearchAttributes({ namespace: client.options.namespace, searchAttributes })
  await untilUsable(client, missing)
  return missing
}

/** How long a server may take until it knows a new attribute everywhere, in milliseconds, and how often it is asked. */
const usable = { within: 60_000, every: 100 } as const

async function untilUsable(client: Client, names: readonly SagaAttribute[]): Promise<void> {
  const query = names.map((name) => `${name} = 'x'`).join(' OR ')
  for (const end = Date.now() + usable.within; ; ) {
    try {
      await client.workflow.count(query)
      return
    } catch (error) {
      if (!namesUnregistered(error) || Date.now() > end) throw error
    }
    await sleep(usable.every)
  }
}

/** What a run that starts now shows. */
export function startAttributes(
  attributes: readonly SagaAttribute[],
  values: Readonly<Record<SagaAttribute, string>>,
): SearchAttributePair[] {
  return attributes.map((name) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value: values[name] }))
}

/** True for the refusal of a start, or a question, that named an attribute the namespace does not have. */
export function namesUnregistered(error: unknown): boolean {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error
  if (!isGrpcServiceError(cause) || cause.code !== invalidArgument) return false
  // An update-with-start says only in its details, which are bytes, what was wrong with either of the two.
  const details = cause.metadata?.get('grpc-status-details-bin') ?? []
  return [cause.details, ...details].some((text) => text.toString().toLowerCase().includes('search attribute'))
}
