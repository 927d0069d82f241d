import express, { type Request, type RequestHandler } from 'express'
import { z } from 'zod'
import { cursorText } from '../state/page.js'
import { amount, merchantKey, terms, time } from '../state/records.js'
import { ApiError } from './api-error.js'

const parseJson = express.json({ limit: '16kb', type: 'application/json', strict: true })

/** Reads a JSON body of at most 16 KB. A body of another media type is an error, not a missing body. */
export const jsonBody: RequestHandler = (request, response, next) => {
  parseJson(request, response, (error?: unknown) => {
    if (error !== undefined) next(error)
    else if (request.body === undefined && hasBody(request)) next(new ApiError('UNSUPPORTED_MEDIA_TYPE'))
    else next()
  })
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Parses one part of a request by a schema.
 *
 * @throws ApiError INVALID_REQUEST that names each invalid field
 */
export function validated<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => ({
    field: [where, ...path].join('.'),
    problem: message,
  }))
  throw new ApiError('INVALID_REQUEST', { issues })
}

/** The Idempotency-Key of a request. @throws ApiError INVALID_REQUEST when it is missing or malformed */
export function idempotencyKeyOf(request: Request): string {
  return validated(merchantKey, request.get('Idempotency-Key'), 'Idempotency-Key')
}

/** The body that creates a payment. */
export const createBody = terms

/** The body that asks for a refund. */
export const refundBody = z.strictObject({ amount, reason: z.string().max(256).default('') })

/** The body of the payer's endpoint. */
export const attemptBody = z.strictObject({ action: z.enum(['pay', 'fail', 'leave']) })
export type AttemptAction = z.infer<typeof attemptBody>['action']

const timeText = z
  .string()
  .regex(/^\d{1,15}$/, 'must be milliseconds since the epoch')
  .transform(Number)
  .pipe(time)

/** The query of a list by time. */
export const listQuery = z.strictObject({
  createdFrom: timeText.default(0),
  createdBefore: timeText.default(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: cursorText.optional(),
})

/** The query of the list of payments, of all or of a merchant reference. */
export const paymentListQuery = listQuery.extend({ merchantReference: merchantKey.optional() })
