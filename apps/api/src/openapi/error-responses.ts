import { z } from 'zod'
import type { ZodOpenApiResponseObject } from 'zod-openapi'
import { type ErrorCode, ErrorCodes } from '../http/error-codes.js'
import { errorData } from './error-data.js'

/** RFC 9457, for a client that accepts it. */
const problem = z
  .strictObject({
    type: z.string().meta({ description: 'a path of this API: the page of the error' }),
    title: z.string(),
    status: z.number(),
    error: z.enum(Object.keys(ErrorCodes) as [ErrorCode, ...ErrorCode[]]),
    data: z.unknown(),
  })
  .meta({ id: 'Problem' })

function errorSchema(code: ErrorCode): z.ZodType {
  const { status, en } = ErrorCodes[code]
  return z
    .strictObject({
      code: z.literal(status),
      message: z.string(),
      data: errorData[code] ?? z.null(),
      error: z.literal(code),
    })
    .meta({ id: code, description: en })
}

const schemas = new Map((Object.keys(ErrorCodes) as ErrorCode[]).map((code) => [code, errorSchema(code)]))
const retried: ReadonlySet<number> = new Set([403, 429, 503])

/** One response object for the same codes, so that it stands in the document once. */
const made = new Map<string, ZodOpenApiResponseObject>()

function responseOf(codes: readonly ErrorCode[], status: number): ZodOpenApiResponseObject {
  const id = codes.join('.')
  const known = made.get(id)
  if (known !== undefined) return known
  const all = codes.flatMap((code) => schemas.get(code) ?? [])
  const schema = all.length === 1 && all[0] !== undefined ? all[0] : z.union(all)
  const response: ZodOpenApiResponseObject = {
    id,
    description: codes.map((code) => `\`${code}\`: ${ErrorCodes[code].en}`).join('; '),
    content: { 'application/json': { schema }, 'application/problem+json': { schema: problem } },
    ...(retried.has(status) && {
      headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'seconds; where it is known' } },
    }),
  }
  made.set(id, response)
  return response
}

/** The error responses of an operation, by status. */
export function errorResponses(codes: ReadonlySet<ErrorCode>): Record<`${number}`, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy([...codes].sort(), (code) => ErrorCodes[code].status)
  return Object.fromEntries([...byStatus].map(([status, all]) => [status, responseOf(all, status)]))
}
