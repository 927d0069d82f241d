import { createHmac, randomUUID } from 'node:crypto'
import type { ApiUnderTest } from './api-under-test.js'
import { type Answer, send } from './sale.js'

/** A payment as the sandbox tells it in a callback. */
export interface ToldPayment {
  readonly id: string
  readonly merchantReference: string
  readonly amount: number
  readonly currency?: string
  readonly state: 'open' | 'pending' | 'captured' | 'closed'
}

/** The head of a callback, and the secret that signs it. */
export interface CallbackHead {
  readonly secret: string
  readonly id?: string
  /** Epoch milliseconds; by default now. */
  readonly signedAt?: number
  /** The body that is sent in place of the signed one. */
  readonly sentText?: string
}

/** The text of a callback about a payment, as the sandbox writes it. */
export function callbackText({ currency = 'CNY', ...payment }: ToldPayment): string {
  const paymentUrl = `http://127.0.0.1:9/pay/${payment.id}`
  const data = { payment: { ...payment, currency, refundedAmount: 0, paymentUrl } }
  return JSON.stringify({ type: `payment.${payment.state}`, timestamp: new Date().toISOString(), data })
}

/** Sends a callback that is signed by Standard Webhooks. */
export function sendCallback(api: ApiUnderTest, text: string, head: CallbackHead): Promise<Answer> {
  const { secret, id = `msg_${randomUUID()}`, signedAt = Date.now(), sentText = text } = head
  const seconds = String(Math.floor(signedAt / 1_000))
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${text}`).digest('base64')
  const headers = { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` }
  return post(api, sentText, headers)
}

/** Sends any body to the address of callbacks. */
export function post(api: ApiUnderTest, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const all = { 'content-type': 'application/json', ...headers }
  return send(`${api.url}/webhooks/payments`, { method: 'POST', body, headers: all })
}
