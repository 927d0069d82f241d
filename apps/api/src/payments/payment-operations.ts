import { z } from 'zod'
import { epochMs } from '../http/answer-fields.js'
import { data, empty, type Operations } from '../http/operation.js'
import { orderParams } from '../http/validate.js'

const payment = z
  .strictObject({
    paymentId: z.string(),
    payUrl: z.string().meta({ description: 'the page at the provider on which it is paid' }),
    payBefore: epochMs,
  })
  .meta({ id: 'Payment' })

/** The operations of a buyer's payments. */
export const paymentOperations = {
  startPayment: {
    method: 'post',
    path: '/api/v1/payments/:orderId',
    summary: 'Start the payment of an order; started again, it is the same payment',
    access: 'buyer',
    params: orderParams,
    body: z.strictObject({}),
    answers: { 200: data(payment, 'It was started before'), 201: data(payment, 'It is started') },
    errors: ['NOT_FOUND', 'ORDER_NOT_PAYABLE', 'TOO_MANY_REQUESTS', 'PAYMENT_REFUSED', 'PAYMENT_UNAVAILABLE'],
  },
} as const satisfies Operations

/** The operation of the payment provider. */
export const callbackOperations = {
  receiveCallback: {
    method: 'post',
    path: '/webhooks/payments',
    summary: "The payment provider's signed callbacks (Standard Webhooks)",
    access: 'anyone',
    bytes: z.unknown().meta({ description: 'JSON as the provider has signed it' }),
    answers: { 204: empty('It is committed') },
    errors: ['CALLBACK_REJECTED', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'UNAVAILABLE'],
  },
} as const satisfies Operations
