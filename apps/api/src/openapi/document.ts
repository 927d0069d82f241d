import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathItemObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import type { SessionCookie } from '../auth/credential.js'
import type { Operation, Operations, SuccessAnswer } from '../http/operation.js'
import { errorsOf } from '../http/operation-errors.js'
import { errorResponses } from './error-responses.js'

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = ReturnType<typeof createDocument>

/** One API: the operations of one port. */
export interface ApiDescription {
  readonly title: string
  readonly description: string
  /** The cookie of a session of its page. */
  readonly cookie: SessionCookie
  /** Groups of operations by their tag. */
  readonly groups: Readonly<Record<string, Operations>>
}

/** Describes an API. @throws Error when two operations have one id, or one method and path */
export function describeApi({ title, description, cookie, groups }: ApiDescription): OpenApiDocument {
  return createDocument({
    openapi: '3.1.1',
    info: { title, version: '1', description },
    servers: [{ url: '/' }],
    tags: Object.keys(groups).map((name) => ({ name })),
    paths: pathsOf(groups),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: cookie },
      },
    },
  })
}

function pathsOf(groups: ApiDescription['groups']): ZodOpenApiPathsObject {
  const paths: Record<string, ZodOpenApiPathItemObject> = {}
  const ids = new Set<string>()
  const operations = Object.entries(groups).flatMap(([tag, all]) =>
    Object.entries(all).map(([operationId, operation]) => ({ tag, operationId, operation })),
  )
  for (const { tag, operationId, operation } of operations) {
    const path = templateOf(operation.path)
    if (ids.has(operationId)) throw new Error(`Two operations are called ${operationId}: rename one.`)
    if (paths[path]?.[operation.method]) throw new Error(`${operation.method} ${path} is described twice.`)
    ids.add(operationId)
    paths[path] = { ...paths[path], [operation.method]: { operationId, tags: [tag], ...describe(operation) } }
  }
  return paths
}

/** The path in OpenAPI's form: `{orderId}` for Express's `:orderId`. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { summary, access, params, headers, query } = operation
  return {
    summary,
    security: access === 'anyone' ? [] : [{ bearer: [] }, { session: [] }],
    requestParams: {
      ...(params !== undefined && { path: params }),
      ...(query !== undefined && { query }),
      ...(headers !== undefined && { header: headers }),
    },
    ...bodyOf(operation),
    responses: { ...successResponses(operation), ...errorResponses(errorsOf(operation)) },
  }
}

function bodyOf({ body, bytes }: Operation): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  const schema = body ?? bytes
  if (schema === undefined) return {}
  // A missing body is an empty object.
  return { requestBody: { required: !schema.safeParse({}).success, content: { 'application/json': { schema } } } }
}

function successResponses({ answers }: Operation): Record<string, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [status, responseOf(Number(status), answer)]),
  )
}

function responseOf(status: number, answer: SuccessAnswer): ZodOpenApiResponseObject {
  const { description } = answer
  if (answer.kind === 'empty') return { description }
  const content =
    answer.kind === 'text'
      ? { [answer.mediaType]: { schema: answer.schema } }
      : { 'application/json': { schema: enveloped(status, answer.data) } }
  const headers = Object.fromEntries(answer.headers.map((name) => [name, { schema: { type: 'string' } as const }]))
  return { description, content, ...(answer.headers.length > 0 && { headers }) }
}

function enveloped(status: number, data: z.ZodType): z.ZodType {
  return z.strictObject({ code: z.literal(status), message: z.string(), data })
}
