import { z } from 'zod'
import { ApiError } from './api-error.js'

/** A positive integer in a path or header, exact in a double. */
export const positiveId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be a positive integer')
  .transform(Number)
  .refine(Number.isSafeInteger, 'is too large')
  .meta({
    override({ jsonSchema }) {
      delete jsonSchema.pattern
      Object.assign(jsonSchema, { type: 'integer', minimum: 1 })
    },
  })

function issuesOf(error: z.ZodError, where: string) {
  const names = where === '' ? [] : [where]
  return error.issues.map((issue) => ({ field: [...names, ...issue.path].join('.'), problem: issue.message }))
}

/**
 * Parses one part of the request by a schema; fields are named under `where`, or by themselves where that is empty.
 *
 * @throws ApiError INVALID_REQUEST naming each invalid field
 */
export function validated<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ApiError('INVALID_REQUEST', { data: { issues: issuesOf(parsed.error, where) } })
}

/** An order id in a path or query. */
export const orderId = z.string().regex(/^[\w-]{1,64}$/, 'is not an order id')

/** The order id in a path. */
export const orderParams = z.strictObject({ orderId })

/** The voucher id in a path. */
export const voucherParams = z.strictObject({ voucherId: positiveId })
