import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { checkSignatures, readBody, unsigned } from '../callback-checks.js'
import type { CallbackRequest, PaymentCallback, ProviderPaymentState } from '../port.js'
import { checkoutSession, paymentOf, refundObject, refundOf } from './objects.js'

const envelope = z.object({ id: z.string(), type: z.string() })
const aboutSession = z.object({ data: z.object({ object: checkoutSession }) })
const aboutRefund = z.object({ data: z.object({ object: refundObject }) })

/** Creates the reader of the card provider's events; a signature by any of the secrets will do. */
export function createCallbackReader(secrets: readonly string[], now: () => number) {
  return ({ headers, body }: CallbackRequest): PaymentCallback | undefined => {
    const parts = (headers['stripe-signature'] ?? '').split(',').map((part) => part.trim())
    const [seconds] = valuesOf(parts, 't')
    if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) throw unsigned()
    const expected = secrets.map((secret) =>
      createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex'),
    )
    checkSignatures({ given: valuesOf(parts, 'v1'), expected, signedAt: Number(seconds) * 1_000 }, now())
    return read(body.toString())
  }
}

function valuesOf(parts: readonly string[], name: string): readonly string[] {
  return parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
}

function read(text: string): PaymentCallback | undefined {
  const { id, type } = readBody(envelope, text)
  switch (type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.expired':
      return paymentCallback(id, text)
    case 'checkout.session.async_payment_failed':
      return paymentCallback(id, text, 'closed')
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refundCallback(id, text)
    default:
      return undefined
  }
}

function paymentCallback(messageId: string, text: string, state?: ProviderPaymentState): PaymentCallback | undefined {
  const payment = paymentOf(readBody(aboutSession, text).data.object, state)
  return payment && { kind: 'payment', messageId, payment }
}

function refundCallback(messageId: string, text: string): PaymentCallback | undefined {
  const refund = refundOf(readBody(aboutRefund, text).data.object)
  return refund && { kind: 'refund', messageId, refund }
}
