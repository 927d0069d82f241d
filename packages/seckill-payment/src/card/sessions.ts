import { isRefusal, PaymentRefusedError } from '../errors.js'
import type { PaymentReference, PaymentRequest, ProviderPayment } from '../port.js'
import type { CardApi, Parameters } from './card-api.js'
import { checkoutSession, paymentOf } from './objects.js'
import { search } from './session-list.js'

const path = '/v1/checkout/sessions'
/** A key of a POST is kept for 24 hours at least; the rest allows for clocks that differ. */
const keyLifeMs = 23 * 3_600_000

/** Single payments at the card provider: each is a Checkout Session. */
export interface Sessions {
  /** Creates the session of a payment, or finds the one that there is. */
  createOrFind(request: PaymentRequest, signal?: AbortSignal): Promise<ProviderPayment>
  find(payment: PaymentReference, signal?: AbortSignal): Promise<ProviderPayment | undefined>
  /** Expires an open session; returns the payment as it then is. */
  expire(id: string, signal?: AbortSignal): Promise<ProviderPayment>
  /** The id of the PaymentIntent of a session; undefined before the payer's first attempt. */
  paymentIntentOf(id: string, signal?: AbortSignal): Promise<string | undefined>
}

/** Creates the calls about single sessions. */
export function createSessions(api: CardApi, now: () => number): Sessions {
  /** What was paid and refunded is told by the charge behind a session. */
  const retrieve = (id: string, signal?: AbortSignal) =>
    api.get(pathOf(id), { expand: ['payment_intent.latest_charge'] }, checkoutSession, signal)

  async function payment(id: string, signal?: AbortSignal): Promise<ProviderPayment> {
    const found = paymentOf(await retrieve(id, signal))
    if (found !== undefined) return found
    throw new PaymentRefusedError('foreign_session', `card: session ${id} is not one of the sale's.`)
  }

  function find(reference: PaymentReference, signal?: AbortSignal): Promise<ProviderPayment | undefined> {
    const { providerPaymentId } = reference
    if (providerPaymentId === null) return search(api, reference, now(), signal)
    return payment(providerPaymentId, signal).catch((error: unknown) => {
      if (!isRefusal(error, 'resource_missing')) throw error
      return undefined
    })
  }

  async function create(request: PaymentRequest, signal?: AbortSignal): Promise<ProviderPayment> {
    const post = { path, parameters: parametersOf(request), idempotencyKey: `payment-${request.paymentId}` }
    const { object, replayed } = await api.post(post, checkoutSession, signal)
    // A replayed answer is the first one: the session may have changed since.
    return (replayed ? undefined : paymentOf(object)) ?? payment(object.id, signal)
  }

  return {
    find,
    async createOrFind(request, signal) {
      const hasKey = request.providerPaymentId === null && now() - request.requestedAt < keyLifeMs
      const known = hasKey ? undefined : await find(request, signal)
      if (known !== undefined) return known
      try {
        return await create(request, signal)
      } catch (error) {
        // The key is that of a session with other terms.
        const other = isRefusal(error, 'idempotency_error') ? await find(request, signal) : undefined
        if (other === undefined) throw error
        return other
      }
    },
    async expire(id, signal) {
      const post = { path: `${pathOf(id)}/expire`, parameters: {} }
      const expired = await api.post(post, checkoutSession, signal).catch((error: unknown) => {
        // It is complete, or has expired before.
        if (!(error instanceof PaymentRefusedError)) throw error
        return undefined
      })
      return (expired && paymentOf(expired.object)) ?? payment(id, signal)
    },
    async paymentIntentOf(id, signal) {
      const { payment_intent: intent } = await retrieve(id, signal)
      return (typeof intent === 'object' ? intent?.id : intent) ?? undefined
    },
  }
}

function pathOf(id: string): string {
  return `${path}/${encodeURIComponent(id)}`
}

/**
 * `expires_at` stays at the provider's 24 hours: it takes no less than 30 minutes after the request arrives, which the sale's time to pay is
 * below, and a repeated request must not have another value. `close` ends the session.
 */
function parametersOf({ paymentId, amountMinor, currency, description, returnUrl }: PaymentRequest): Parameters {
  const price = { currency: currency.toLowerCase(), unit_amount: amountMinor, product_data: { name: description } }
  return {
    mode: 'payment',
    client_reference_id: paymentId,
    success_url: returnUrl,
    cancel_url: returnUrl,
    line_items: [{ quantity: 1, price_data: price }],
    payment_intent_data: { metadata: { payment_id: paymentId } },
  }
}
