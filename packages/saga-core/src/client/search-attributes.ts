import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, isGrpcServiceError } from '@temporalio/client'
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { type SagaAttribute, sagaAttributes } from '../wire/run-memo.js'

/** `IndexedValueType` Keyword of Temporal's API. */
const keyword = 2

/** gRPC status 3: of a request that names an unregistered attribute. */
const invalidArgument = 3

/** gRPC statuses 7 (permission denied) and 12 (unimplemented). */
const withheld: ReadonlySet<unknown> = new Set([7, 12])

/** The namespace's custom search attributes and their types; none when the caller may not list them. */
async function ownAttributes({ connection, options }: Client): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: options.namespace })
    return customAttributes
  } catch (error) {
    if (withheld.has((error as { readonly code?: unknown }).code)) return {}
    throw error
  }
}

/** The search attributes of saga-core that the namespace has as Keywords. */
export async function registeredAttributes(client: Client): Promise<readonly SagaAttribute[]> {
  const own = await ownAttributes(client)
  return sagaAttributes.filter((name) => own[name] === keyword)
}

/**
 * Registers the search attributes `SagaName`, `SagaState` and `SagaStep` that the client's namespace lacks, and returns those it added.
 * An existing saga client uses them after `refreshAttributes()`. Do not remove them later: Temporal blocks the runs that have one.
 *
 * @example
 * await registerSearchAttributes(new Client({ connection }))
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

/** The longest time until the visibility store accepts a new attribute, and the pause between two tries, in milliseconds. */
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

/** The search attributes of a start. */
export function startAttributes(
  attributes: readonly SagaAttribute[],
  values: Readonly<Record<SagaAttribute, string>>,
): SearchAttributePair[] {
  return attributes.map((name) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value: values[name] }))
}

/** Reports whether a start or a visibility query was rejected for an attribute that the namespace does not have. */
export function namesUnregistered(error: unknown): boolean {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error
  if (!isGrpcServiceError(cause) || cause.code !== invalidArgument) return false
  // An update-with-start has the message of either operation only in its binary details.
  const details = cause.metadata?.get('grpc-status-details-bin') ?? []
  return [cause.details, ...details].some((text) => text.toString().toLowerCase().includes('search attribute'))
}
