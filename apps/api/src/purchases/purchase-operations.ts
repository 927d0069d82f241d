import { parseReservationId } from 'seckill-store/gate'
import { z } from 'zod'
import { epochMs, minorUnits } from '../http/answer-fields.js'
import { data, empty, type Operations, text } from '../http/operation.js'
import { voucherParams } from '../http/validate.js'
import { idempotencyKey, purchaseBody } from './purchase-request.js'

const traceParams = z.strictObject({
  traceId: z.string().transform((traceId, context) => {
    const parsed = parseReservationId(traceId)
    if (parsed !== null) return { traceId, voucherId: parsed.voucherId }
    context.addIssue('is not a trace id')
    return z.NEVER
  }),
})

const promised = z
  .strictObject({
    userId: z.number(),
    voucherId: z.number(),
    units: z.number(),
    priceMinor: z.number().meta({ description: 'price of all units in minor units' }),
    currency: z.string(),
    termsVersion: z.number().meta({ description: "the campaign's version whose terms hold" }),
    seq: z.number().meta({ description: "the gate's running number of the admission" }),
    admittedAt: epochMs,
  })
  .meta({ id: 'Promised', description: 'What an accepted purchase was promised; its receipt is made over it.' })

const accepted = z
  .strictObject({
    traceId: z.string(),
    status: z.literal('QUEUED'),
    durability: z.enum(['always', 'everysec', 'none']).meta({ description: 'how often Redis syncs what it wrote' }),
    promised: promised.nullable(),
    receipt: z
      .string()
      .nullable()
      .meta({ description: 'a MAC over what was promised; null where its price cannot be read' }),
  })
  .meta({ id: 'AcceptedPurchase' })

const facts = {
  traceId: z.string(),
  voucherId: z.number(),
  quantity: z.number(),
  admittedAt: epochMs,
}

const refund = z
  .strictObject({ state: z.enum(['PENDING', 'DONE']), amountMinor: minorUnits, currency: z.string() })
  .nullable()
  .meta({ description: 'money that goes back, or went back' })

const purchase = z
  .discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('QUEUED'),
      place: z.number().nullable().meta({ description: '1 for the next; null while it is not known' }),
      expectedWait: z
        .strictObject({ expectedMs: z.number(), errorMs: z.number() })
        .nullable()
        .meta({ description: 'the time until a run takes it; null while it is not known' }),
      ...facts,
    }),
    z.strictObject({ status: z.enum(['PROCESSING', 'ATTENTION']), ...facts }),
    z.strictObject({
      status: z.literal('AWAITING_PAYMENT'),
      orderId: z.string(),
      payBefore: epochMs,
      isClosing: z.boolean().meta({ description: 'no payment can be started any more' }),
      extendedUntil: z
        .number()
        .nullable()
        .meta({ description: 'the end of the extension for a payment that was on its way at payBefore' }),
      ...facts,
    }),
    z.strictObject({ status: z.literal('PAID'), orderId: z.string(), refund, ...facts }),
    z.strictObject({
      status: z.enum(['REFUSED', 'CANCELLED', 'EXPIRED', 'REFUNDED']),
      reason: z.string().nullable(),
      refund,
      ...facts,
    }),
  ])
  .meta({ id: 'Purchase' })

/** The operations of purchases. */
export const purchaseOperations = {
  buy: {
    method: 'post',
    path: '/api/v1/vouchers/:voucherId/purchases',
    summary: 'Buy units of a voucher; answered once the gate has decided',
    access: 'buyer',
    params: voucherParams,
    headers: z.object({
      'Idempotency-Key': idempotencyKey.optional(),
      'Purchase-Token': z.string().optional().meta({ description: 'where the sale asks for one' }),
    }),
    body: purchaseBody,
    answers: { 202: data(accepted, 'Accepted, now or by an earlier request with this key', ['Location']) },
    errors: [
      'BLOCKED',
      'PURCHASE_TOKEN_REQUIRED',
      'NOT_STARTED',
      'VOUCHER_NOT_FOUND',
      'SOLD_OUT',
      'ALREADY_PURCHASED',
      'ENDED',
      'KEY_REUSED',
      'OVER_LIMIT',
      'PAUSED',
      'OVERLOADED',
      'RECOVERING',
      'OUTCOME_UNKNOWN',
    ],
  },
  listPurchases: {
    method: 'get',
    path: '/api/v1/purchases',
    summary: "The caller's own purchases, newest first, queued ones included",
    access: 'buyer',
    answers: { 200: data(z.strictObject({ purchases: z.array(purchase) })) },
  },
  showPurchase: {
    method: 'get',
    path: '/api/v1/purchases/:traceId',
    summary: 'The state of a purchase, for its buyer',
    access: 'buyer',
    params: traceParams,
    answers: { 200: data(purchase) },
    errors: ['NOT_FOUND', 'RECOVERING'],
  },
  followPurchase: {
    method: 'get',
    path: '/api/v1/purchases/:traceId/events',
    summary: 'The state of a purchase and each change of it as Server-Sent Events; docs/events.md describes them',
    access: 'buyer',
    hasNoHead: true,
    params: traceParams,
    headers: z.object({ 'Last-Event-ID': z.string().optional() }),
    answers: {
      200: text('text/event-stream', 'Events until a final one'),
      204: empty('The client has the final event'),
    },
    errors: ['NOT_FOUND', 'RECOVERING', 'STREAMS_FULL'],
  },
  cancelPurchase: {
    method: 'delete',
    path: '/api/v1/purchases/:traceId',
    summary: 'Cancel a purchase that is not paid',
    access: 'buyer',
    params: traceParams,
    answers: {
      200: data(purchase, 'It has ended'),
      202: data(purchase, 'It is being cancelled'),
    },
    errors: ['NOT_FOUND', 'ALREADY_PAID', 'RECOVERING'],
  },
} as const satisfies Operations
