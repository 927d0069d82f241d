import { planCallback } from '../behaviour/callback-plan.js'
import { newId, type Provider } from './provider.js'
import type { Callback, CallbackType, Payment, Refund } from './records.js'
import { paymentView, refundView } from './views.js'

/** The callback of a change, with the records as they are after it. */
export function announce(provider: Provider, type: CallbackType, payment: Payment, refund?: Refund): Callback {
  const { behaviours, store, paymentUrl } = provider
  const now = payment.updatedAt
  const { merchantReference, callbackUrl } = payment.terms
  const hasHeld = store.heldCallbackOf(payment.id) !== undefined
  const plan = planCallback(behaviours, { type, hasHeld, now, paymentId: payment.id, merchantReference })
  const data = {
    payment: paymentView(payment, paymentUrl(payment.id)),
    ...(refund === undefined ? {} : { refund: refundView(refund) }),
  }
  return {
    id: newId('msg'),
    type,
    paymentId: payment.id,
    merchantReference,
    url: callbackUrl,
    body: JSON.stringify({ type, timestamp: new Date(now).toISOString(), data }),
    createdAt: now,
    attempts: 0,
    ...plan,
  }
}
