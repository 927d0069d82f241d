import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { checkSignatures, readBody, unsigned } from '../callback-checks.js'
import type { CallbackRequest, PaymentCallback } from '../port.js'
import { paymentRecord, refundRecord } from './records.js'

const envelope = z.object({ type: z.string() })
const aboutPayment = z.object({ data: z.object({ payment: paymentRecord }) })
const aboutRefund = z.object({ data: z.object({ refund: refundRecord }) })

/**
 * Creates the reader of the sandbox's callbacks, which are signed by Standard Webhooks; a signature by any of the secrets will do.
 *
 * @throws Error for a secret that is not one of Standard Webhooks
 */
export function createCallbackReader(secrets: readonly string[], now: () => number) {
  const signers = secrets.map((secret) => new Webhook(secret))
  return ({ headers, body }: CallbackRequest): PaymentCallback | undefined => {
    const id = headers['webhook-id']
    const seconds = headers['webhook-timestamp']
    if (id === undefined || seconds === undefined || !/^\d{1,12}$/.test(seconds)) throw unsigned()
    const time = new Date(Number(seconds) * 1_000)
    const text = body.toString()
    // `Webhook.verify` judges the time by the process's clock, and before the signature.
    const expected = signers.map((signer) => signer.sign(id, time, text))
    const given = headers['webhook-signature']?.split(' ') ?? []
    checkSignatures({ given, expected, signedAt: time.getTime() }, now())
    return read(id, text)
  }
}

function read(messageId: string, text: string): PaymentCallback | undefined {
  switch (readBody(envelope, text).type) {
    case 'payment.pending':
    case 'payment.captured':
    case 'payment.closed':
      return { kind: 'payment', messageId, payment: readBody(aboutPayment, text).data.payment }
    case 'refund.succeeded':
    case 'refund.failed':
      return { kind: 'refund', messageId, refund: readBody(aboutRefund, text).data.refund }
    default:
      // A failed attempt leaves the payment open.
      return undefined
  }
}
