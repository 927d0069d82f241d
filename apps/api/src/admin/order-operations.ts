import { z } from 'zod'
import { closingReason, epochMs, minorUnits, orderState } from '../http/answer-fields.js'
import { data, type Operations, text } from '../http/operation.js'
import { positiveId } from '../http/validate.js'

const search = { voucherId: positiveId.optional(), userId: positiveId.optional(), state: orderState.optional() }

function isNarrow({
  voucherId,
  userId,
}: {
  readonly voucherId?: number | undefined
  readonly userId?: number | undefined
}) {
  return voucherId !== undefined || userId !== undefined
}

/** The place behind which a page begins, as the page before names it. */
const after = z
  .string()
  .regex(/^[1-9]\d{0,15}\.[\w-]{1,64}$/, 'is not the next of a page')
  .transform((place) => ({ userId: Number.parseInt(place, 10), orderId: place.slice(place.indexOf('.') + 1) }))

const order = z
  .strictObject({
    orderId: z.string(),
    traceId: z.string(),
    voucherId: z.number(),
    userId: z.number(),
    units: z.number(),
    priceMinor: minorUnits,
    currency: z.string(),
    state: orderState,
    closingReason: closingReason.nullable(),
    createdAt: epochMs,
    payBefore: epochMs,
    updatedAt: epochMs,
  })
  .meta({ id: 'SoldOrder' })

/** The operations of orders on the admin port. */
export const adminOrderOperations = {
  searchOrders: {
    method: 'get',
    path: '/admin/v1/orders',
    summary: 'The orders of a voucher or a user, by user',
    access: 'admin',
    query: z
      .strictObject({ ...search, after: after.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) })
      .refine(isNarrow, 'must name a voucherId or a userId'),
    answers: {
      200: data(
        z.strictObject({
          orders: z.array(order),
          next: z.string().nullable().meta({ description: '`after` of the next page; null after the last one' }),
        }),
      ),
    },
  },
  exportOrders: {
    method: 'get',
    path: '/admin/v1/orders/export',
    summary: 'All orders of a voucher or a user as CSV (RFC 4180), with a line of names first',
    access: 'admin',
    hasNoHead: true,
    query: z.strictObject(search).refine(isNarrow, 'must name a voucherId or a userId'),
    answers: { 200: text('text/csv', 'Times in ISO 8601, money in minor units', { headers: ['Content-Disposition'] }) },
  },
} as const satisfies Operations
