import { PaymentRefusedError } from '../errors.js'
import type { ProviderRefund, RefundRequest } from '../port.js'
import type { CardApi } from './card-api.js'
import { refundList, refundObject, refundOf } from './objects.js'
import type { Sessions } from './sessions.js'

const path = '/v1/refunds'

/** Refunds at the card provider. */
export interface Refunds {
  request(request: RefundRequest, signal?: AbortSignal): Promise<ProviderRefund>
  find(id: string, signal?: AbortSignal): Promise<ProviderRefund>
}

/** Creates the calls about refunds. */
export function createRefunds(api: CardApi, sessions: Pick<Sessions, 'paymentIntentOf'>): Refunds {
  async function find(id: string, signal?: AbortSignal): Promise<ProviderRefund> {
    const found = refundOf(await api.get(`${path}/${encodeURIComponent(id)}`, {}, refundObject, signal))
    if (found !== undefined) return found
    throw new PaymentRefusedError('foreign_refund', `card: refund ${id} is not one of the sale's.`)
  }

  return {
    find,
    async request(request, signal) {
      const { attemptId, providerPaymentId } = request
      const intent = await sessions.paymentIntentOf(providerPaymentId, signal)
      if (intent === undefined) {
        throw new PaymentRefusedError('not_captured', `card: session ${providerPaymentId} has no payment to refund.`)
      }
      // The key of an earlier request is forgotten after a day, its refund is not.
      const { data } = await api.get(path, { payment_intent: intent, limit: 100 }, refundList, signal)
      const known = data.find(({ metadata }) => metadata.attempt_id === attemptId)
      if (known !== undefined) return refundOf(known) ?? find(known.id, signal)
      const post = { path, parameters: parametersOf(request, intent), idempotencyKey: `refund-${attemptId}` }
      const { object, replayed } = await api.post(post, refundObject, signal)
      return (replayed ? undefined : refundOf(object)) ?? find(object.id, signal)
    },
  }
}

function parametersOf({ attemptId, providerPaymentId, amountMinor, reason }: RefundRequest, intent: string) {
  const metadata = { attempt_id: attemptId, checkout_session: providerPaymentId, reason }
  return { payment_intent: intent, amount: amountMinor, metadata }
}
