import type { Request } from 'express'
import { z } from 'zod'
import { ApiError } from './api-error.js'

/** A positive integer in a path or header, exact in a double. */
export const positiveId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be a positive integer')
  .transform(Number)
  .refine(Number.isSafeInteger, 'is too large')

function issuesOf(error: z.ZodError, where: string) {
  return error.issues.map((issue) => ({ field: [where, ...issue.path].join('.'), problem: issue.message }))
}

/**
 * Parses one part of the request by a schema.
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

/** The order id in the path. */
export function orderIdOf(request: Request): string {
  return validated(orderId, request.params.orderId, 'orderId')
}

/** The voucher id in the path. */
export function voucherIdOf(request: Request): number {
  return validated(positiveId, request.params.voucherId, 'voucherId')
}
