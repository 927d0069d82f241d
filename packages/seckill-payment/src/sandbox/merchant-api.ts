import type { z } from 'zod'
import { type Answer, type Call, type Calls, readAnswer } from '../calls/calls.js'
import { PaymentRefusedError } from '../errors.js'
import type { PaymentPage, PaymentPageRequest, ProviderPayment, ProviderRefund, RefundRequest } from '../port.js'
import { paymentPage, paymentRecord, refundRecord, refusalRecord } from './records.js'

/** What the sandbox is asked to make. */
interface Terms {
  readonly merchantReference: string
  readonly amount: number
  readonly currency: string
  readonly description: string
  readonly expiresAt: number
  readonly returnUrl: string
  readonly callbackUrl: string
}

/** The requests of a merchant to the sandbox; each throws PaymentRefusedError with the sandbox's code. */
export interface MerchantApi {
  create(terms: Terms, signal?: AbortSignal): Promise<ProviderPayment>
  payment(id: string, signal?: AbortSignal): Promise<ProviderPayment>
  /** The payments of a merchant reference. */
  paymentsOf(merchantReference: string, signal?: AbortSignal): Promise<readonly ProviderPayment[]>
  page(page: PaymentPageRequest, signal?: AbortSignal): Promise<PaymentPage>
  /** The payment as the close left it: closed, or what kept it from that. */
  close(id: string, signal?: AbortSignal): Promise<ProviderPayment>
  refund(request: RefundRequest, signal?: AbortSignal): Promise<ProviderRefund>
  refundById(id: string, signal?: AbortSignal): Promise<ProviderRefund>
}

/** The most payments in one answer. */
const pageLimit = 500

/** Creates the requests of a merchant. */
export function createMerchantApi(calls: Calls): MerchantApi {
  async function ask<S extends z.ZodType>(call: Call, schema: S, signal?: AbortSignal): Promise<z.output<S>> {
    const answer = await calls.send(call, signal)
    if (answer.status >= 400) throw refusalOf(answer)
    return readAnswer(answer, schema)
  }

  return {
    create: (terms, signal) => ask(post('/v1/payments', terms.merchantReference, terms), paymentRecord, signal),
    payment: (id, signal) => ask(get(`/v1/payments/${encodeURIComponent(id)}`), paymentRecord, signal),
    async paymentsOf(merchantReference, signal) {
      const query = new URLSearchParams({ merchantReference, limit: String(pageLimit) })
      return (await ask(get(`/v1/payments?${query}`), paymentPage, signal)).payments
    },
    page({ createdFrom, createdBefore, cursor }, signal) {
      const range = { createdFrom: String(createdFrom), createdBefore: String(createdBefore), limit: String(pageLimit) }
      const query = new URLSearchParams({ ...range, ...(cursor === undefined ? {} : { cursor }) })
      return ask(get(`/v1/payments?${query}`), paymentPage, signal)
    },
    async close(id, signal) {
      const answer = await calls.send({ method: 'POST', path: `/v1/payments/${encodeURIComponent(id)}/close` }, signal)
      if (answer.status < 400) return readAnswer(answer, paymentRecord)
      const { payment } = readAnswer(answer, refusalRecord)
      if (payment === undefined) throw refusalOf(answer)
      return payment
    },
    refund({ providerPaymentId, attemptId, amountMinor, reason }, signal) {
      const path = `/v1/payments/${encodeURIComponent(providerPaymentId)}/refunds`
      return ask(post(path, attemptId, { amount: amountMinor, reason }), refundRecord, signal)
    },
    refundById: (id, signal) => ask(get(`/v1/refunds/${encodeURIComponent(id)}`), refundRecord, signal),
  }
}

function get(path: string): Call {
  return { method: 'GET', path }
}

function post(path: string, idempotencyKey: string, body: unknown): Call {
  const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
  return { method: 'POST', path, headers, body: JSON.stringify(body) }
}

function refusalOf(answer: Answer): PaymentRefusedError {
  const { error, issues } = readAnswer(answer, refusalRecord)
  const reasons = [error.message, ...issues.map(({ field, problem }) => `${field} ${problem}`)].join('; ')
  return new PaymentRefusedError(error.code, `${answer.of} was refused with ${error.code}: ${reasons}.`)
}
